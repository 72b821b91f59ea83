import { MISSING } from '../node';
import type { Position, ValueTest } from '../node';
import { afterZero, BSON_ARRAY, BSON_DOCUMENT, findField, int32At, valueEnd } from './bytes';
import type { Path } from './path';

/**
 * Walks an encoded document along `path` and asks `test` about every value that mongod would: documents are entered,
 * arrays are traversed at every level (and, where the next part is a number, also indexed). True as soon as one value
 * passes. The twin of `walkDecoded`; the rules are mongod's, which the differential test holds both to.
 *
 * @param part - The part of the path to look up in this document.
 * @param traverseLeaf - Whether an array at the end of the path is tested item by item, then whole; or only whole.
 */
export function walkRaw(
  bytes: Uint8Array,
  offset: number,
  path: Path,
  part: number,
  test: ValueTest,
  traverseLeaf: boolean,
  position: Position | undefined,
): boolean {
  const last = path.parts.length - 1;
  for (;;) {
    const name = path.encoded[part]!;
    const at = findField(bytes, offset, name);
    if (at < 0) return test.raw(bytes, MISSING, 0, position);
    const type = bytes[at]!;
    const start = at + name.length + 2;
    if (type === BSON_ARRAY) return walkRawArray(bytes, start, path, part + 1, test, traverseLeaf, position);
    if (part === last) return test.raw(bytes, type, start, position);
    if (type !== BSON_DOCUMENT) return test.raw(bytes, MISSING, 0, position);
    offset = start;
    part++;
  }
}

/** The array that starts at `offset`, with the path's parts from `part` on still ahead. */
function walkRawArray(
  bytes: Uint8Array,
  offset: number,
  path: Path,
  part: number,
  test: ValueTest,
  traverseLeaf: boolean,
  position: Position | undefined,
): boolean {
  const left = path.parts.length - part;
  if (left === 0 && !traverseLeaf) return test.raw(bytes, BSON_ARRAY, offset, position);
  const limit = offset + int32At(bytes, offset) - 1;
  const wanted = left > 0 ? path.indexes[part]! : -1;
  let at = offset + 4;
  for (let index = 0; at < limit; index++) {
    const type = bytes[at]!;
    const start = afterZero(bytes, at + 1);
    at = valueEnd(bytes, type, start);
    if (left === 0) {
      if (test.raw(bytes, type, start, position)) return found(position, index);
      continue;
    }
    if (type === BSON_DOCUMENT && walkRaw(bytes, start, path, part, test, traverseLeaf, position)) {
      return found(position, index);
    }
    if (index !== wanted) continue;
    if (left === 1) {
      if (test.raw(bytes, type, start, position)) return true;
    } else if (type === BSON_DOCUMENT) {
      if (walkRaw(bytes, start, path, part + 1, test, traverseLeaf, position)) return true;
    } else if (type === BSON_ARRAY) {
      if (walkRawArray(bytes, start, path, part + 1, test, traverseLeaf, position)) return true;
    }
  }
  return left === 0 && test.raw(bytes, BSON_ARRAY, offset, position);
}

function found(position: Position | undefined, index: number): true {
  if (position !== undefined) position.index = index;
  return true;
}
