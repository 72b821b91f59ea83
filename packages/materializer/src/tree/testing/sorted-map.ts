import type { Key } from '../key';
import type { TreeEdit } from '../edit';
import type { TreeScanOptions } from '../scan';

export type Item<K extends Key> = readonly [key: K, value: number];

/** What a tree should hold: a Map, sorted whenever it is asked. */
export class SortedMap<K extends Key> {
  constructor(readonly items: ReadonlyMap<K, number> = new Map()) {}

  edited(edits: readonly TreeEdit<K>[]): SortedMap<K> {
    const items = new Map(this.items);
    for (const { key, value } of edits) {
      if (value === undefined) items.delete(key);
      else items.set(key, value);
    }
    return new SortedMap(items);
  }

  sorted(): Item<K>[] {
    return [...this.items].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  range(options: TreeScanOptions<K>): Item<K>[] {
    const { from, fromInclusive = true, to, toInclusive = true, reverse } = options;
    const items = this.sorted().filter(
      ([key]) =>
        (from === undefined || from < key || (fromInclusive && from === key)) &&
        (to === undefined || key < to || (toInclusive && to === key)),
    );
    return reverse ? items.reverse() : items;
  }

  differences(other: SortedMap<K>): { key: K; before: number | undefined; after: number | undefined }[] {
    return [...new Set([...this.items.keys(), ...other.items.keys()])]
      .sort((a, b) => (a < b ? -1 : 1))
      .map((key) => ({ key, before: this.items.get(key), after: other.items.get(key) }))
      .filter(({ before, after }) => before !== after);
  }
}
