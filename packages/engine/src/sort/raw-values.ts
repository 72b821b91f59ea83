import type { Value } from '@argon/bson';
import { BSON_ARRAY, BSON_DOCUMENT, decodeAt, findField } from '../match/walk/bytes';

/**
 * The value at a path of an encoded document, null if there is none; undefined if there is an array on the way, where
 * there may be many.
 */
export function plainValue(bytes: Uint8Array, path: readonly Uint8Array[]): Value | undefined {
  let offset = 0;
  for (let part = 0; ; part++) {
    const name = path[part]!;
    const at = findField(bytes, offset, name);
    if (at < 0) return null;
    const type = bytes[at]!;
    const start = at + name.length + 2;
    if (type === BSON_ARRAY) return undefined;
    if (part === path.length - 1) return decodeAt(bytes, type, start);
    if (type !== BSON_DOCUMENT) return null;
    offset = start;
  }
}
