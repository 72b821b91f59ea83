import { decodeDocument, encodeKey, makeDouble, type Doc, type Value } from '@argon/bson';
import type { NearQuery } from '../geo/near';
import type { Sorter } from './compile';

/** The nearest first. */
export function nearSorter(near: NearQuery): Sorter {
  const distance = (document: Uint8Array | Doc): Value => {
    const decoded = document instanceof Map ? document : decodeDocument(document);
    return makeDouble(near.nearest(decoded)?.distance ?? Infinity);
  };
  return {
    identity: false,
    natural: undefined,
    fields: undefined,
    key: (document) => encodeKey([distance(document)]),
    values: (document) => [distance(document)],
  };
}
