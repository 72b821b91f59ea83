import {
  ArgonError,
  type BranchRecord,
  type Commit,
  type Lsn,
  type SnapshotRecord,
  type Store,
} from '@argon/wal';
import { applyCommits } from '../replay/apply-commits';
import { Horizons } from '../replay/horizons';
import { KnownStates } from '../replay/known-states';
import { Replayer, type NearestSnapshot } from '../replay/replayer';
import type { LayeredBranchState } from '../state/branch-state';
import { brokenLinks } from './link-check';
import { runsOf } from './runs';
import { differenceFrom } from './same-content';
import type { CheckedCollection } from './snapshot-check';
import type { Trial } from './trial';

/** A snapshot whose chunks are sound. */
export interface ReadableSnapshot {
  readonly record: SnapshotRecord;
  readonly collections: readonly CheckedCollection[];
}

/** To be told of what is found. */
export interface HistoryFindings {
  /** Commits were replayed. */
  commits(count: number): void;
  log(branchId: number, lsn: Lsn, problem: string): void;
  snapshot(record: SnapshotRecord, problem: string): void;
}

/**
 * Replays branches from their beginning, and compares on the way what snapshots hold with what the log says. From one that
 * is right the replay goes on, so that memory holds no more than what changed since.
 */
export class HistoryCheck implements NearestSnapshot {
  /** Those that were found to be right, by branch, oldest first. */
  readonly #right = new Map<number, SnapshotRecord[]>();
  readonly #horizons: Horizons;
  #trial: Trial;
  #replayer: Replayer;

  constructor(
    private readonly store: Store,
    private readonly newTrial: () => Trial,
    private readonly findings: HistoryFindings,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.#horizons = new Horizons(store);
    this.#trial = newTrial();
    this.#replayer = this.#newReplayer();
  }

  #newReplayer(): Replayer {
    const states = new KnownStates({ maxHeads: 1, maxPasts: 16 });
    return new Replayer(this.store, states, this, this.#horizons);
  }

  /** The newest right snapshot of a branch. */
  newest(branchId: number): SnapshotRecord | undefined {
    return this.#right.get(branchId)?.at(-1);
  }

  /** The state of the newest right snapshot with `after` < LSN ≤ `lsn`. */
  async nearest(branchId: number, lsn: Lsn, after: Lsn): Promise<LayeredBranchState | undefined> {
    const record = this.#right.get(branchId)?.findLast((each) => each.lsn <= lsn && each.lsn > after);
    return record && this.#trial.reader.read(record);
  }

  /** Goes over a branch's chain; those that it was forked from have been gone over before. */
  async branch(record: BranchRecord, snapshots: readonly ReadableSnapshot[]): Promise<void> {
    // What trials would have added goes with those of the branch before.
    this.#trial = this.newTrial();
    this.#replayer = this.#newReplayer();
    try {
      await this.#replay(record, new Map(snapshots.map((each) => [each.record.lsn, each])));
    } catch (error) {
      if (!(error instanceof ArgonError)) throw error;
      const { lsn } = error.data;
      this.findings.log(record.id, typeof lsn === 'number' ? lsn : 0, error.message);
    }
  }

  async #replay(record: BranchRecord, snapshots: Map<Lsn, ReadableSnapshot>): Promise<void> {
    const horizon = await this.#horizons.now(record.id);
    const ends = new Set(snapshots.keys());
    const { lsn: head } = await this.store.head(record.id);
    let state = await this.#replayer.at(record.id, record.startLsn);
    state = await this.#compared(state, snapshots.get(state.lsn), horizon);
    for await (const batch of this.store.commits(record.id, { after: state.lsn, through: head })) {
      for (const { commits, isPlain } of runsOf(batch, ends)) {
        if (isPlain) await this.#links(record, state, commits);
        state = await applyCommits(state, commits, (id, lsn) => this.#replayer.showed(id, lsn), horizon);
        this.findings.commits(commits.length);
        state = await this.#compared(state, snapshots.get(state.lsn), horizon);
        this.signal?.throwIfAborted();
      }
    }
  }

  async #links(record: BranchRecord, state: LayeredBranchState, commits: readonly Commit[]): Promise<void> {
    for (const { lsn, problem } of await brokenLinks(record, state, commits)) {
      this.findings.log(record.id, lsn, problem);
    }
  }

  /** The same state: of the snapshot, if that is right. */
  async #compared(
    state: LayeredBranchState,
    snapshot: ReadableSnapshot | undefined,
    horizon: Lsn,
  ): Promise<LayeredBranchState> {
    if (snapshot === undefined || state.lsn < horizon) return state;
    const { record, collections } = snapshot;
    const problem =
      record.timestamp === state.timestamp
        ? differenceFrom(await this.#trial.taken(state), collections)
        : 'it has another time than the commit that it shows';
    if (problem !== undefined) {
      this.findings.snapshot(record, problem);
      return state;
    }
    const right = this.#right.get(record.branchId) ?? [];
    this.#right.set(record.branchId, [...right, record]);
    return this.#trial.reader.read(record);
  }
}
