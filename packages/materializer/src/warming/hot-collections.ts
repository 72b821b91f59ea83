/** A collection on a branch. */
export interface HotCollection {
  readonly branchId: number;
  readonly collection: string;
}

/** How many are remembered. */
export const HOT_COLLECTIONS = 32;

/**
 * The collections that were read most lately. Being told of a read costs next to nothing, because every command does it:
 * reading the same one again is two comparisons.
 */
export class HotCollections {
  /** The one read last comes last. */
  readonly #read = new Map<string, HotCollection>();
  #last: HotCollection | undefined;

  /** @param onNew told when one comes in that was not among them */
  constructor(private readonly onNew: () => void = () => undefined) {}

  read(branchId: number, collection: string): void {
    const last = this.#last;
    if (last !== undefined && last.collection === collection && last.branchId === branchId) return;
    const key = keyOf(branchId, collection);
    const known = this.#read.get(key);
    const hot = known ?? { branchId, collection };
    if (known !== undefined) this.#read.delete(key);
    this.#read.set(key, hot);
    this.#last = hot;
    if (known !== undefined) return;
    if (this.#read.size > HOT_COLLECTIONS) this.#read.delete(this.#read.keys().next().value!);
    this.onNew();
  }

  /** Those read here, the latest first, and then others that are known of, as far as there is room. */
  with(others: readonly HotCollection[]): HotCollection[] {
    const all = new Map(this.#latestFirst().map((hot) => [keyOf(hot.branchId, hot.collection), hot]));
    for (const hot of others) {
      if (all.size >= HOT_COLLECTIONS) break;
      const key = keyOf(hot.branchId, hot.collection);
      if (!all.has(key)) all.set(key, hot);
    }
    return [...all.values()];
  }

  #latestFirst(): HotCollection[] {
    return [...this.#read.values()].reverse();
  }
}

function keyOf(branchId: number, collection: string): string {
  return `${branchId} ${collection}`;
}
