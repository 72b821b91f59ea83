import type { CollectionState } from './contract';
import { stringTree, type SortedTree } from './sorted-tree';

/** Collections by name, in name order. Immutable: `with` shares structure, so a commit costs O(changed · log n). */
export class CollectionMap<C extends CollectionState = CollectionState> implements ReadonlyMap<string, C> {
  readonly #tree: SortedTree<string, C>;

  private constructor(tree: SortedTree<string, C>) {
    this.#tree = tree;
  }

  static empty<C extends CollectionState>(): CollectionMap<C> {
    return new CollectionMap<C>(stringTree());
  }

  /** This map with these collections set, or taken out where undefined. */
  with(changes: Iterable<readonly [string, C | undefined]>): CollectionMap<C> {
    const tree = this.#tree.clone();
    for (const [name, collection] of changes) {
      if (collection) tree.set(name, collection);
      else tree.delete(name);
    }
    return new CollectionMap(tree);
  }

  get size(): number {
    return this.#tree.size;
  }

  get(name: string): C | undefined {
    return this.#tree.get(name);
  }

  has(name: string): boolean {
    return this.#tree.has(name);
  }

  forEach(callback: (collection: C, name: string, map: ReadonlyMap<string, C>) => void): void {
    for (const [name, collection] of this) callback(collection, name, this);
  }

  *entries(): Generator<[string, C], undefined> {
    yield* this.#tree.entries();
  }

  *keys(): Generator<string, undefined> {
    yield* this.#tree.keys();
  }

  *values(): Generator<C, undefined> {
    yield* this.#tree.values();
  }

  [Symbol.iterator](): Generator<[string, C], undefined> {
    return this.entries();
  }
}
