import { decodeDocument, encodeDocument, Long, type Doc, type Value } from '@argon/bson';
import { HOT_LIST_BYTES } from '@argon/wal';
import { HOT_COLLECTIONS, type HotCollection } from './hot-collections';

/*
 * How hot collections are handed on: BSON, {hot: [{branch: Long, collection: string}, …]}, the hottest first.
 */

/** As many of the first ones as the store takes. */
export function encodeHotList(hot: readonly HotCollection[]): Uint8Array {
  for (let count = Math.min(hot.length, HOT_COLLECTIONS); ; count--) {
    const list = encodeDocument(new Map<string, Value>([['hot', hot.slice(0, count).map(documentOf)]]));
    if (list.length <= HOT_LIST_BYTES) return list;
  }
}

/** Nothing, if it is not such a list: it is derived data, perhaps of another version. */
export function decodeHotList(list: Uint8Array): HotCollection[] {
  try {
    const hot = decodeDocument(list).get('hot');
    return Array.isArray(hot) ? hot.flatMap(hotOf).slice(0, HOT_COLLECTIONS) : [];
  } catch {
    return [];
  }
}

function documentOf({ branchId, collection }: HotCollection): Doc {
  return new Map<string, Value>([
    ['branch', Long.fromNumber(branchId)],
    ['collection', collection],
  ]);
}

function hotOf(value: Value): HotCollection[] {
  if (!(value instanceof Map)) return [];
  const branchId = Number(value.get('branch'));
  const collection = value.get('collection');
  return Number.isSafeInteger(branchId) && typeof collection === 'string' ? [{ branchId, collection }] : [];
}
