import imported from 'sorted-btree';

/** A sorted map that `clone()` copies in O(1): both copies share nodes until one of them changes a node. */
export type SortedTree<K, V> = imported<K, V>;

// sorted-btree is CommonJS with a `default` property: Node hands out the module, bundlers and vitest the class.
const BTree = (imported as unknown as { default?: typeof imported }).default ?? imported;

const compareNumbers = (a: number, b: number): number => a - b;
const compareStrings = (a: string, b: string): number => (a < b ? -1 : a === b ? 0 : 1);

export function numberTree<V>(): SortedTree<number, V> {
  return new BTree<number, V>(undefined, compareNumbers);
}

/** Ordered by UTF-16 code unit, which is what `encodeKey` of @argon/bson is made for. */
export function stringTree<V>(): SortedTree<string, V> {
  return new BTree<string, V>(undefined, compareStrings);
}
