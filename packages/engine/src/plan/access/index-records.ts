import type { Doc } from '@argon/bson';
import type { IndexEntry } from '@argon/materializer';
import type { Lsn } from '@argon/wal';
import type { CollectionView } from '../../view/collection-view';
import { IndexKeys } from './index-keys';
import { KeyDocuments } from './key-documents';
import { MergedStreams } from './merge-entries';
import type { IndexAccess, IndexScan } from './index-access';
import { scanKeys, type KeysExamined } from './scan-keys';
import type { IndexMerge } from './sort-merge';

/** What was looked at: keys, and documents of which keys do not tell enough. */
export interface EntriesExamined extends KeysExamined {
  documents: number;
}

/** A record that an index gives, with the key under which it lies. */
export interface FoundEntry extends IndexEntry {
  /** All that is wanted of its document, if keys have it. */
  readonly document?: Uint8Array;
  /** The key as a document, if that is wanted. */
  readonly shownKey?: Doc | undefined;
}

const BATCH = 256;

/**
 * The records that an index access finds, each once: in the order of the index, of a union one branch after the other,
 * of a merge in the order of the sort.
 *
 * @param wanted - How many are likely to be taken; 0: all.
 * @param showsKeys - Whether their keys are wanted as documents.
 */
export function indexEntries(
  view: CollectionView,
  access: IndexAccess,
  wanted: number,
  examined: EntriesExamined,
  showsKeys = false,
): AsyncGenerator<readonly FoundEntry[]> {
  // Where each record found is one that is taken, no more than wanted are looked at.
  const least = access.residual === undefined ? 1 : 4;
  const batchSize = wanted === 0 ? BATCH : Math.min(BATCH, Math.max(least, wanted));
  if (access.kind === 'IXSCAN' && !access.index.repeats) {
    return scanned(view, access, batchSize, examined, showsKeys);
  }
  return eachOnce(unique(view, access, batchSize, examined, showsKeys));
}

function unique(
  view: CollectionView,
  access: IndexAccess,
  batchSize: number,
  examined: EntriesExamined,
  showsKeys: boolean,
): AsyncGenerator<readonly FoundEntry[]> {
  switch (access.kind) {
    case 'IXSCAN':
      return scanned(view, access, batchSize, examined, showsKeys);
    case 'SORT_MERGE':
      return merged(view, access, batchSize, examined, showsKeys);
    default:
      return oneAfterTheOther(
        access.branches.map((branch) => unique(view, branch, batchSize, examined, showsKeys)),
      );
  }
}

async function* oneAfterTheOther(
  branches: readonly AsyncGenerator<readonly FoundEntry[]>[],
): AsyncGenerator<readonly FoundEntry[]> {
  for (const branch of branches) yield* branch;
}

async function* eachOnce(
  batches: AsyncGenerator<readonly FoundEntry[]>,
): AsyncGenerator<readonly FoundEntry[]> {
  const seen = new Set<Lsn>();
  for await (const entries of batches) {
    const fresh = entries.filter(({ record }) => !seen.has(record) && seen.add(record));
    if (fresh.length > 0) yield fresh;
  }
}

async function* scanned(
  view: CollectionView,
  { index, ranges, reverse, keyFilter, covered }: IndexScan,
  batchSize: number,
  examined: EntriesExamined,
  showsKeys: boolean,
): AsyncGenerator<readonly FoundEntry[]> {
  const asked = keyFilter && new KeyDocuments(view, index, keyFilter.paths);
  const wanted = covered && new KeyDocuments(view, index, covered);
  const shown = showsKeys ? new IndexKeys(view, index) : undefined;
  for await (const batch of scanKeys(index.view, ranges, { reverse, batchSize }, examined)) {
    let entries: readonly FoundEntry[] = batch;
    if (asked !== undefined) {
      const documents = await asked.of(entries, examined);
      entries = entries.filter((_, i) => keyFilter!.node.raw(documents[i]!, 0));
      if (entries.length === 0) continue;
    }
    if (shown !== undefined) {
      const keys = await shown.of(entries);
      entries = entries.map((entry, i) => ({ ...entry, shownKey: keys[i] }));
    }
    if (wanted !== undefined) {
      const made = wanted.of(entries, examined);
      const documents = made instanceof Promise ? await made : made;
      entries = entries.map(({ key, record, shownKey }, i) => ({
        key,
        record,
        shownKey,
        document: documents[i]!,
      }));
    }
    yield entries;
  }
}

async function* merged(
  view: CollectionView,
  { branches, sort }: IndexMerge,
  batchSize: number,
  examined: EntriesExamined,
  showsKeys: boolean,
): AsyncGenerator<readonly FoundEntry[]> {
  const size = batchSize === BATCH ? BATCH : Math.ceil(batchSize / branches.length);
  const sources = branches.map((branch) => ({
    index: branch.index,
    batches: scanned(view, branch, size, examined, showsKeys),
  }));
  const streams = await MergedStreams.open(sources, sort);
  try {
    let batch: FoundEntry[] = [];
    let enough = batchSize;
    for (let entry = await streams.next(); entry !== undefined; entry = await streams.next()) {
      batch.push(entry);
      if (batch.length < enough) continue;
      yield batch;
      batch = [];
      enough = Math.min(BATCH, enough * 2);
    }
    if (batch.length > 0) yield batch;
  } finally {
    await streams.close();
  }
}
