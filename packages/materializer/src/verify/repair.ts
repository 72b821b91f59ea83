import { ArgonError, type ChunkHash, type ChunkStore, type SnapshotRecord, type Store } from '@argon/wal';
import type { Repair, StateProblem } from './contract';

interface RepairParts {
  readonly store: Store;
  readonly chunks: ChunkStore;
  /** Takes a snapshot of what a branch shows now. */
  readonly snapshot: (branchId: number) => Promise<unknown>;
  /** Lets go of the states in memory. */
  readonly forget: () => void;
}

/**
 * Drops snapshots that are wrong and chunks that are damaged, and takes new snapshots of the branches concerned. The log is
 * not touched: if a branch cannot be read from it, it is left without a snapshot, and that is told.
 */
export async function repair(
  { store, chunks, snapshot, forget }: RepairParts,
  wrong: ReadonlySet<SnapshotRecord>,
  damaged: ReadonlySet<ChunkHash>,
): Promise<Repair> {
  const dropped = new Set([...wrong].map(({ branchId, lsn }) => `${branchId}@${lsn}`)).size;
  for (const { branchId, lsn } of wrong) await store.snapshots.remove(branchId, lsn);
  const chunksRemoved = damaged.size === 0 ? 0 : await chunks.remove([...damaged], Infinity);
  forget();
  let snapshotsTaken = 0;
  const failed: StateProblem[] = [];
  for (const branchId of new Set([...wrong].map((record) => record.branchId))) {
    const branch = await store.branchById(branchId);
    if (branch?.status !== 'active') continue;
    try {
      await snapshot(branchId);
      snapshotsTaken += 1;
    } catch (error) {
      if (!(error instanceof ArgonError)) throw error;
      failed.push({ kind: 'log', branchId, lsn: 0, problem: error.message });
    }
  }
  return { snapshotsDropped: dropped, chunksRemoved, snapshotsTaken, failed };
}
