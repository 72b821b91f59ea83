import { Binary, type Doc, type Value } from '@argon/bson';

/*
 * In lines of Extended JSON, `{bson: Binary}` stands for a document that Extended JSON would not give back to the byte: with a
 * field twice, fields named like its own wrappers, or a document that looks like this one.
 */

export function wrapper(bytes: Uint8Array): Doc {
  return new Map([['bson', new Binary(bytes, 0)]]);
}

/** What a wrapper holds, which need not be BSON; undefined if the value is no wrapper. */
export function wrappedBytes(value: Value): Uint8Array | undefined {
  const bson = value instanceof Map && value.size === 1 ? value.get('bson') : undefined;
  return bson instanceof Binary ? bson.value() : undefined;
}
