import type { Lsn } from '@argon/wal';
import type { IndexAccess, IndexScan } from './plan-indexes';
import { scanKeys, type KeysExamined } from './scan-keys';

const BATCH = 256;

/**
 * The records that an index access finds, each once, in the order of the index (of a union: one branch after the
 * other).
 *
 * @param wanted - How many are likely to be taken; 0: all.
 */
export function indexRecords(
  access: IndexAccess,
  wanted: number,
  examined: KeysExamined,
): AsyncGenerator<readonly Lsn[]> {
  // Where each record found is one that is taken, no more than wanted are looked at.
  const least = access.residual === undefined ? 1 : 4;
  const batchSize = wanted === 0 ? BATCH : Math.min(BATCH, Math.max(least, wanted));
  if (access.kind === 'IXSCAN' && !access.index.isMultikey) return scanRecords(access, batchSize, examined);
  return distinctRecords(access, batchSize, examined, new Set());
}

async function* scanRecords(
  { index, ranges, reverse }: IndexScan,
  batchSize: number,
  examined: KeysExamined,
): AsyncGenerator<readonly Lsn[]> {
  for await (const entries of scanKeys(index.view, ranges, { reverse, batchSize }, examined)) {
    yield entries.map(({ record }) => record);
  }
}

async function* distinctRecords(
  access: IndexAccess,
  batchSize: number,
  examined: KeysExamined,
  seen: Set<Lsn>,
): AsyncGenerator<readonly Lsn[]> {
  if (access.kind === 'OR') {
    for (const branch of access.branches) yield* distinctRecords(branch, batchSize, examined, seen);
    return;
  }
  for await (const records of scanRecords(access, batchSize, examined)) {
    const fresh = records.filter((record) => !seen.has(record) && seen.add(record));
    if (fresh.length > 0) yield fresh;
  }
}
