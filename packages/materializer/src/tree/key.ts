/** What a tree is sorted by: integers 0 … 2^53-1, or strings of code units 0 … 255, ordered by code unit. */
export type Key = number | string;

export type KeyKind = 'number' | 'string';

/** A list that is read only: an array or a typed array. */
export interface List<T> {
  readonly length: number;
  readonly [index: number]: T;
  [Symbol.iterator](): Iterator<T>;
}

/** Keys that are read only. */
export type Keys<K extends Key> = K extends string ? readonly K[] : List<K>;

/** The keys of one node, ascending. */
export interface KeyList<K extends Key> {
  readonly kind: KeyKind;
  readonly length: number;
  /** Bytes of memory it takes. */
  readonly bytes: number;
  at(index: number): K;
  equals(index: number, key: K): boolean;
  /** The index of a key; -1 if it is not there. */
  find(key: K): number;
  /** The first index at or after `from` whose key is not below this one; `length` if there is none. */
  lowerBound(key: K, from?: number): number;
  /** Compares one of its keys with one of another list's: below 0, 0, above 0. */
  compare(index: number, other: KeyList<K>, otherIndex: number): number;
  /** Keys `from` to `to` (not included). May share memory with the node: not to be changed. */
  slice(from: number, to: number): Keys<K>;
  /** The same the other way round: the key before `to` comes first. */
  reversed(from: number, to: number): Keys<K>;
}

/** The first index whose key is above this one. */
export function upperBound<K extends Key>(keys: KeyList<K>, key: K): number {
  const index = keys.lowerBound(key);
  return index < keys.length && keys.equals(index, key) ? index + 1 : index;
}

/** A key for a message. */
export function shown(key: Key): string {
  return typeof key === 'number'
    ? String(key)
    : JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key);
}

/** Whether a tree of this kind can hold a key, but for strings' code units, which are looked at when it is written. */
export function isKey(kind: KeyKind, key: unknown): boolean {
  return kind === 'string' ? typeof key === 'string' : Number.isSafeInteger(key) && (key as number) >= 0;
}
