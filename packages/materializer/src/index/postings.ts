import type { Lsn } from '@argon/wal';
import { numberTree, type SortedTree } from '../state/sorted-tree';

/**
 * The records under one key of an index, in natural order. Immutable. One record is a bare number, a few are an
 * array, many a tree: unique indexes pay for nothing, and a key that half the collection shares stays cheap to change.
 */
export type Postings = Lsn | readonly Lsn[] | SortedTree<Lsn, undefined>;

const LARGEST_ARRAY = 32;

/** Of records in natural order, at least one, none twice. */
export function postingsOf(records: readonly Lsn[]): Postings {
  if (records.length === 1) return records[0]!;
  if (records.length <= LARGEST_ARRAY) return records;
  const tree = numberTree<undefined>();
  for (const record of records) tree.set(record, undefined);
  return tree;
}

export function withRecord(postings: Postings | undefined, record: Lsn): Postings {
  if (postings === undefined || postings === record) return record;
  if (typeof postings === 'number') return postings < record ? [postings, record] : [record, postings];
  if (!isArray(postings)) {
    const tree = postings.clone();
    tree.set(record, undefined);
    return tree;
  }
  if (postings.includes(record)) return postings;
  const at = postings.findIndex((each) => each > record);
  return postingsOf(
    at < 0 ? [...postings, record] : [...postings.slice(0, at), record, ...postings.slice(at)],
  );
}

/** undefined when no record is left. */
export function withoutRecord(postings: Postings, record: Lsn): Postings | undefined {
  if (typeof postings === 'number') return postings === record ? undefined : postings;
  if (isArray(postings)) {
    const left = postings.filter((each) => each !== record);
    return left.length > 1 ? left : left[0];
  }
  const tree = postings.clone();
  tree.delete(record);
  return tree.size > 0 ? tree : undefined;
}

export function countRecords(postings: Postings): number {
  if (typeof postings === 'number') return 1;
  return isArray(postings) ? postings.length : postings.size;
}

export function recordsOf(postings: Postings | undefined, reverse = false): readonly Lsn[] {
  if (postings === undefined) return [];
  if (typeof postings === 'number') return [postings];
  const records = isArray(postings) ? postings : postings.keysArray();
  return reverse ? [...records].reverse() : records;
}

function isArray(postings: Exclude<Postings, number>): postings is readonly Lsn[] {
  return Array.isArray(postings);
}
