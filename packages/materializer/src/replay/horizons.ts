import {
  BranchNotFoundError,
  holderOf,
  isRetained,
  LsnBelowHorizonError,
  retentionOf,
  type BranchRecord,
  type Lsn,
  type Store,
} from '@argon/wal';

/** A replay whose branch was compacted meanwhile: what it began with cannot be carried on over what is left of the log. */
export class HorizonMoved extends Error {}

/**
 * Up to where branches' logs are compacted. Over what is left of a log, a state can be carried on from its beginning,
 * from a moment that compaction kept, or from the horizon or later; not from anywhere else below the horizon, for the
 * end of what it shows may be gone.
 */
export class Horizons {
  readonly #store: Store;
  readonly #seen = new Map<number, Lsn>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** As last seen; the truth can be further on. */
  seen(branchId: number): Lsn {
    return this.#seen.get(branchId) ?? 0;
  }

  /** As it is now. @throws BranchNotFoundError */
  async now(branchId: number): Promise<Lsn> {
    const { horizon } = retentionOf(await this.#record(branchId));
    this.#seen.set(branchId, horizon);
    return horizon;
  }

  /**
   * Checks that what a branch showed at an LSN is kept: by the branch, or below its base by its parent.
   * @throws LsnBelowHorizonError
   */
  async check(branchId: number, lsn: Lsn): Promise<void> {
    const holder = await holderOf(await this.#record(branchId), lsn, (id) => this.#store.branchById(id));
    if (!isRetained(holder, lsn)) throw await this.below(holder, lsn);
  }

  /** The error for a moment that a branch does not keep. */
  async below(record: BranchRecord, lsn: Lsn): Promise<LsnBelowHorizonError> {
    const { horizon } = retentionOf(record);
    const commit = await this.#store.commitAtOrBefore(record.id, { lsn: horizon });
    return new LsnBelowHorizonError(record.id, lsn, {
      lsn: horizon,
      timestamp: commit?.timestamp ?? record.createdAt,
    });
  }

  /** Looks again at all branches that were replayed here; true if one has been compacted since. */
  async refresh(): Promise<boolean> {
    let hasMoved = false;
    for (const [branchId, seen] of [...this.#seen]) {
      const moved = (await this.now(branchId)) > seen;
      hasMoved ||= moved;
    }
    return hasMoved;
  }

  async #record(branchId: number): Promise<BranchRecord> {
    const record = await this.#store.branchById(branchId);
    if (!record) throw new BranchNotFoundError(branchId);
    return record;
  }
}
