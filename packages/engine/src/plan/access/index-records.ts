import type { IndexEntry } from '@argon/materializer';
import type { Lsn } from '@argon/wal';
import type { CollectionView } from '../../view/collection-view';
import { KeyDocuments } from './key-documents';
import type { IndexAccess, IndexScan } from './plan-indexes';
import { scanKeys, type KeysExamined } from './scan-keys';

/** What was looked at: keys, and documents of which keys do not tell enough. */
export interface EntriesExamined extends KeysExamined {
  documents: number;
}

const BATCH = 256;

/**
 * The records that an index access finds, each once, in the order of the index (of a union: one branch after the
 * other).
 *
 * @param wanted - How many are likely to be taken; 0: all.
 */
export async function* indexRecords(
  view: CollectionView,
  access: IndexAccess,
  wanted: number,
  examined: EntriesExamined,
): AsyncGenerator<readonly Lsn[]> {
  const seen = access.kind === 'OR' || access.index.isMultikey ? new Set<Lsn>() : undefined;
  for await (const entries of entriesOf(view, access, firstBatch(access, wanted), examined, seen)) {
    yield entries.map(({ record }) => record);
  }
}

/** The same for a scan, with the keys under which they lie. */
export function indexEntries(
  view: CollectionView,
  scan: IndexScan,
  wanted: number,
  examined: EntriesExamined,
): AsyncGenerator<readonly IndexEntry[]> {
  const seen = scan.index.isMultikey ? new Set<Lsn>() : undefined;
  return entriesOf(view, scan, firstBatch(scan, wanted), examined, seen);
}

function firstBatch({ residual }: IndexAccess, wanted: number): number {
  // Where each record found is one that is taken, no more than wanted are looked at.
  const least = residual === undefined ? 1 : 4;
  return wanted === 0 ? BATCH : Math.min(BATCH, Math.max(least, wanted));
}

async function* entriesOf(
  view: CollectionView,
  access: IndexAccess,
  batchSize: number,
  examined: EntriesExamined,
  seen: Set<Lsn> | undefined,
): AsyncGenerator<readonly IndexEntry[]> {
  if (access.kind === 'OR') {
    for (const branch of access.branches) yield* entriesOf(view, branch, batchSize, examined, seen);
    return;
  }
  const { index, ranges, reverse, keyFilter } = access;
  const keys = keyFilter && new KeyDocuments(view, index, keyFilter.paths);
  for await (const batch of scanKeys(index.view, ranges, { reverse, batchSize }, examined)) {
    let entries = batch;
    if (keys !== undefined) {
      const documents = await keys.of(entries, examined);
      entries = entries.filter((_, i) => keyFilter!.node.raw(documents[i]!, 0));
    }
    if (seen !== undefined) entries = entries.filter(({ record }) => !seen.has(record) && seen.add(record));
    if (entries.length > 0) yield entries;
  }
}
