import { BranchNotFoundError, isRetained, retentionOf, type Lsn, type Store } from '@argon/wal';
import { LsnOutOfRangeError, MomentOutOfRangeError } from '../errors';
import type { Horizons } from './horizons';

/**
 * The LSN of the last commit at or before a time (ms since the epoch) on a branch. Before the branch's own first
 * commit that is its parent's, at most at the fork point. A time after the last commit means the head.
 * @throws MomentOutOfRangeError before the project was made, LsnBelowHorizonError
 */
export async function lsnAtTime(
  store: Store,
  horizons: Horizons,
  branchId: number,
  time: number,
): Promise<Lsn> {
  let limit = Infinity;
  for (let id = branchId; ;) {
    const commit = await store.commitAtOrBefore(id, { timestamp: time });
    const record = await store.branchById(id);
    if (!record) throw new BranchNotFoundError(id);
    // Below the horizon, commits that lay between this one and the time may be gone: there no time tells a moment.
    const lsn = commit?.lsn ?? record.startLsn;
    const isCertain = lsn >= Math.min(retentionOf(record).horizon, limit);
    if (!isCertain && (commit || time >= record.createdAt)) throw await horizons.below(record, lsn);
    if (commit) return Math.min(commit.lsn, limit);
    if (record.parentId === null) {
      if (time >= record.createdAt) return Math.min(record.startLsn, limit);
      const head = await store.head(branchId);
      throw new MomentOutOfRangeError(branchId, time, { from: record.createdAt, to: head.timestamp });
    }
    limit = Math.min(limit, record.baseLsn);
    id = record.parentId;
  }
}

/**
 * The commit boundary at or before an LSN of a branch's own chain.
 * @throws LsnOutOfRangeError past the head, or below where the branch starts; LsnBelowHorizonError
 */
export async function boundaryAt(store: Store, horizons: Horizons, branchId: number, lsn: Lsn): Promise<Lsn> {
  const head = await store.head(branchId);
  if (lsn === head.lsn) return lsn;
  const record = await store.branchById(branchId);
  if (!record) throw new BranchNotFoundError(branchId);
  if (!Number.isSafeInteger(lsn) || lsn > head.lsn || lsn < record.startLsn) {
    throw new LsnOutOfRangeError(branchId, lsn, { from: record.startLsn, to: head.lsn });
  }
  if (!isRetained(record, lsn)) throw await horizons.below(record, lsn);
  return (await store.commitAtOrBefore(branchId, { lsn }))?.lsn ?? record.startLsn;
}

/** The first LSN that can be read on a branch: where its project's first branch begins. */
export async function firstLsn(store: Store, branchId: number): Promise<Lsn> {
  for (let id = branchId; ;) {
    const record = await store.branchById(id);
    if (!record) throw new BranchNotFoundError(id);
    if (record.parentId === null) return record.startLsn;
    id = record.parentId;
  }
}
