import type { Lsn, Store } from '@argon/wal';
import { SnapshotDamagedError } from '../errors';
import type { LayeredBranchState } from '../state/branch-state';
import { SNAPSHOT_FORMAT } from './manifest';
import type { SnapshotReader } from './snapshot-reader';

/** Finds the snapshot from which a replay has the least to do. */
export class SnapshotFinder {
  /** Snapshots that could not be read; what they hold is computed from the log instead. */
  damaged = 0;

  constructor(
    private readonly store: Pick<Store, 'snapshots'>,
    private readonly reader: SnapshotReader,
  ) {}

  /** The state of the newest readable snapshot of the branch's own chain with `after` < LSN ≤ `lsn`. */
  async nearest(branchId: number, lsn: Lsn, after: Lsn): Promise<LayeredBranchState | undefined> {
    let limit = lsn;
    for (;;) {
      const snapshot = await this.store.snapshots.atOrBefore(branchId, limit);
      if (snapshot === undefined || snapshot.lsn <= after) return undefined;
      if (snapshot.format === SNAPSHOT_FORMAT) {
        try {
          return await this.reader.read(snapshot);
        } catch (error) {
          if (!(error instanceof SnapshotDamagedError)) throw error;
          this.damaged += 1;
        }
      }
      limit = snapshot.lsn - 1;
    }
  }

  /** The state of the oldest readable snapshot of the branch's own chain with `lsn` ≤ LSN < `before`. */
  async next(branchId: number, lsn: Lsn, before: Lsn): Promise<LayeredBranchState | undefined> {
    for (const snapshot of await this.store.snapshots.list(branchId)) {
      if (snapshot.lsn < lsn || snapshot.format !== SNAPSHOT_FORMAT) continue;
      if (snapshot.lsn >= before) return undefined;
      try {
        return await this.reader.read(snapshot);
      } catch (error) {
        if (!(error instanceof SnapshotDamagedError)) throw error;
        this.damaged += 1;
      }
    }
    return undefined;
  }
}
