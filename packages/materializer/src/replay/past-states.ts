import { BranchNotFoundError, LsnBelowHorizonError, type Lsn, type Store } from '@argon/wal';
import { isKeptAt } from '../compaction/retained-points';
import { LsnOutOfRangeError } from '../errors';
import type { LayeredBranchState } from '../state/branch-state';
import type { Glimpses } from './glimpses';
import type { Heads } from './heads';
import type { Horizons } from './horizons';
import type { KnownStates } from './known-states';
import { firstLsn } from './moments';
import type { Replayer } from './replayer';

/** What branches held at given LSNs; see `Materializer.stateAt` and `documentStateAt`. */
export class PastStates {
  constructor(
    private readonly store: Store,
    private readonly states: KnownStates,
    private readonly heads: Heads,
    private readonly replayer: Replayer,
    private readonly horizons: Horizons,
    private readonly glimpses: Glimpses,
  ) {}

  at(branchId: number, lsn: Lsn): Promise<LayeredBranchState> {
    return this.#checked(branchId, lsn, () => this.replayer.showed(branchId, lsn));
  }

  async atFork(branchId: number): Promise<LayeredBranchState> {
    const record = await this.store.branchById(branchId);
    if (record === undefined) throw new BranchNotFoundError(branchId);
    return this.replayer.at(branchId, record.startLsn);
  }

  /** See `Materializer.baseAt`. */
  async baseAt(branchId: number, lsn: Lsn): Promise<LayeredBranchState> {
    try {
      return await this.at(branchId, lsn);
    } catch (error) {
      if (!(error instanceof LsnBelowHorizonError) || !(await isKeptAt(this.store, branchId, lsn)))
        throw error;
      const state = await this.replayer.showed(branchId, lsn);
      // Below the horizon nothing comes to be kept again, so if it is kept now, it was all the time.
      if (state.lsn === lsn && (await isKeptAt(this.store, branchId, lsn))) return state;
      throw error;
    }
  }

  documentAt(branchId: number, lsn: Lsn, collection: string, key: string): Promise<LayeredBranchState> {
    return this.#checked(branchId, lsn, async () => {
      const glimpse = this.replayer.isNear(branchId, lsn)
        ? undefined
        : await this.#glimpse(branchId, lsn, collection, key);
      return glimpse ?? this.replayer.showed(branchId, lsn);
    });
  }

  async #glimpse(
    branchId: number,
    lsn: Lsn,
    collection: string,
    key: string,
  ): Promise<LayeredBranchState | undefined> {
    const boundary = await this.store.commitAtOrBefore(branchId, { lsn });
    if (boundary === undefined) return undefined;
    const glimpse = await this.glimpses.at(branchId, boundary.lsn, collection, key);
    if (glimpse !== undefined && this.glimpses.isFrequent(branchId, boundary.lsn)) {
      // A moment that is read again and again had better be there as a whole. Should that fail, so will whoever needs it.
      void this.replayer.at(branchId, boundary.lsn).catch(() => undefined);
    }
    return glimpse;
  }

  /** Looks at a moment that is there. @throws LsnOutOfRangeError, LsnBelowHorizonError */
  async #checked(
    branchId: number,
    lsn: Lsn,
    look: () => Promise<LayeredBranchState>,
  ): Promise<LayeredBranchState> {
    const known = this.states.head(branchId);
    if (known?.lsn === lsn) return known;
    if (!known || known.lsn < lsn || !Number.isSafeInteger(lsn)) {
      const head = await this.heads.ask(branchId);
      if (head.lsn === lsn) return this.heads.upTo(branchId, lsn);
      if (!(lsn < head.lsn) || !Number.isSafeInteger(lsn)) {
        const from = await firstLsn(this.store, branchId);
        throw new LsnOutOfRangeError(branchId, lsn, { from, to: head.lsn });
      }
    }
    await this.horizons.check(branchId, lsn);
    const state = await look();
    // If it was compacted while it was read, what was read may be less than there was.
    await this.horizons.check(branchId, lsn);
    return state;
  }
}
