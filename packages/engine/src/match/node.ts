import type { Doc, Value } from '@argon/bson';

/**
 * What fields are looked up in: a decoded document, or an array taken as a document whose fields are named '0', '1', …
 * (which is how `$elemMatch` sees an array inside an array).
 */
export type Container = Doc | readonly Value[];

/** Where in an array a match was found, for the positional `$`. */
export class Position {
  /** Index in the outermost array that was traversed; −1 while none was. */
  index = -1;
}

/** BSON type byte that stands for "there is no such field" in the raw form of a test. */
export const MISSING = 0;

/**
 * Tests one value that a path led to, decoded or encoded. Both forms give the same answer; the encoded one exists so
 * that most values never need decoding.
 */
export interface ValueTest {
  /** `undefined`: there is nothing at the path. */
  decoded(value: Value | undefined, position?: Position): boolean;
  /** The value of BSON type `type` whose bytes begin at `start`; type `MISSING` if there is nothing at the path. */
  raw(bytes: Uint8Array, type: number, start: number, position?: Position): boolean;
}

/** One condition on a whole document: a node of the tree a filter is compiled to. */
export interface MatchNode {
  decoded(document: Container, position?: Position): boolean;
  /** The encoded document (or array) that begins at `offset`. */
  raw(bytes: Uint8Array, offset: number, position?: Position): boolean;
}
