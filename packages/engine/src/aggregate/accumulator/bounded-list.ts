/**
 * The n items that sort first (or last), kept sorted. Of items that sort alike those that came first stay at the
 * near side of the list; a full list takes only an item that is better than the worst it has, and drops that one.
 */
export class BoundedList<Item> {
  private readonly list: Item[] = [];

  constructor(
    private readonly n: number,
    private readonly compare: (left: Item, right: Item) => number,
    private readonly side: 'first' | 'last',
    /** Whether a full list takes an item like the worst it has, too. */
    private readonly takesEqual = false,
  ) {}

  /** In order, ascending. */
  get items(): readonly Item[] {
    return this.list;
  }

  add(item: Item): void {
    const { list } = this;
    if (list.length < this.n) {
      list.splice(this.placeOf(item), 0, item);
      return;
    }
    const isFirst = this.side === 'first';
    const order = this.compare(item, (isFirst ? list.at(-1) : list[0]) as Item);
    const isBetter = isFirst ? order < 0 : order > 0;
    if (!isBetter && !(this.takesEqual && order === 0)) return;
    list.splice(this.placeOf(item), 0, item);
    if (isFirst) list.pop();
    else list.shift();
  }

  /** Behind all items that sort before or with it. */
  private placeOf(item: Item): number {
    let low = 0;
    let high = this.list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(this.list[middle] as Item, item) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
