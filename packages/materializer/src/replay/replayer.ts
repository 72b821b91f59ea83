import {
  BranchNotFoundError,
  countEntries,
  type BranchRecord,
  type Commit,
  type Lsn,
  type Store,
  Pacer,
} from '@argon/wal';
import { LogInconsistentError, LsnOutOfRangeError } from '../errors';
import { LayeredBranchState } from '../state/branch-state';
import { applyCommits } from './apply-commits';
import { HorizonMoved, type Horizons } from './horizons';
import type { KnownStates } from './known-states';
import { Trail } from './trail';

/** A state this many LSNs before the goal or less is near enough not to look for a snapshot. */
const NEAR = 1_000;

/** How often a replay begins again; horizons move seldom. */
const MAX_TRIES = 5;

/** Gives the state of the newest snapshot of a branch's own chain in an LSN range, both ends within. */
export interface NearestSnapshot {
  nearest(branchId: number, lsn: Lsn, after: Lsn): Promise<LayeredBranchState | undefined>;
}

/** Told of every step of a replay; in one that is bare, updates come without their documents. */
type OnStep = (state: LayeredBranchState, commits: readonly Commit[], entries: number) => void;

/**
 * Computes states from the log: from the nearest one known before them, through the commits in between. A log pass
 * feeds all collections at once; a fork starts from its parent's state and shares its structure.
 */
export class Replayer {
  /** States being computed, so that two who want the same one compute it once. */
  readonly #underWay = new Map<string, Promise<LayeredBranchState>>();

  constructor(
    private readonly store: Store,
    private readonly states: KnownStates,
    private readonly snapshots: NearestSnapshot,
    private readonly horizons: Horizons,
  ) {}

  /**
   * What a branch showed at an LSN, which may lie inside a commit (the boundary before it), between commits, or
   * before the branch's base (what its parent showed). The LSN must not be past the head.
   * @throws LsnOutOfRangeError before the project's first branch was made
   */
  async showed(branchId: number, lsn: Lsn): Promise<LayeredBranchState> {
    const known = this.states.nearest(branchId, lsn);
    if (known?.lsn === lsn) return this.#kept(known);
    const boundary = await this.store.commitAtOrBefore(branchId, { lsn });
    if (boundary) return this.at(branchId, boundary.lsn);
    const record = await this.#record(branchId);
    if (lsn >= record.startLsn) return this.at(branchId, record.startLsn);
    if (record.parentId === null) {
      const head = await this.store.head(branchId);
      throw new LsnOutOfRangeError(branchId, lsn, { from: record.startLsn, to: head.lsn });
    }
    const shown = await this.showed(record.parentId, lsn);
    return shown.forkedAs(branchId, shown.lsn);
  }

  /** Whether what a branch showed at an LSN can be computed from a state in memory, with little to do. */
  isNear(branchId: number, lsn: Lsn): boolean {
    const known = this.states.nearest(branchId, lsn);
    return known !== undefined && lsn - known.lsn <= NEAR;
  }

  /** The state at a commit of the branch's own chain, or at its start. */
  at(branchId: number, lsn: Lsn): Promise<LayeredBranchState> {
    const key = `${branchId}@${lsn}`;
    let computing = this.#underWay.get(key);
    if (!computing) {
      computing = this.#compute(branchId, lsn).finally(() => this.#underWay.delete(key));
      this.#underWay.set(key, computing);
    }
    return computing;
  }

  /** The head state, for a branch of which none is known, with a trail of states behind it. */
  async head(branchId: number, lsn: Lsn): Promise<{ state: LayeredBranchState; trail: Trail }> {
    return this.#undisturbed(async () => {
      const trail = new Trail();
      const from = await this.#from(branchId, lsn);
      trail.push(from, 0);
      const state = await this.#watched(from, lsn, (step, _, entries) => trail.push(step, entries));
      return { state, trail };
    });
  }

  /**
   * The state at a commit that compaction keeps, in order to compact: `from` is one at such a commit before it, which may
   * lie below the horizon.
   */
  async retained(
    branchId: number,
    lsn: Lsn,
    from: LayeredBranchState | undefined,
  ): Promise<LayeredBranchState> {
    const horizon = await this.horizons.now(branchId);
    if (from === undefined || from.lsn >= lsn || lsn >= horizon) return this.at(branchId, lsn);
    return this.#undisturbed(() => this.#replay(from, lsn, () => undefined, horizon, !hasIndexes(from)));
  }

  /**
   * Applies the commits after a state up to one at `through`.
   * @throws HorizonMoved if the branch has been compacted beyond the state, which is of no use then
   */
  async replay(from: LayeredBranchState, through: Lsn, onStep: OnStep): Promise<LayeredBranchState> {
    if (from.lsn < this.horizons.seen(from.branchId)) throw new HorizonMoved();
    return this.#watched(from, through, onStep, false);
  }

  /** As `replay`, with commits that are at hand: groups of them, in order, that follow the state. */
  async apply(
    from: LayeredBranchState,
    groups: readonly (readonly Commit[])[],
    onStep: OnStep,
  ): Promise<LayeredBranchState> {
    let state = from;
    const pacer = new Pacer();
    for (const commits of groups) {
      state = await this.#step(state, commits, onStep, 0);
      if (pacer.due) await pacer.giveWay();
    }
    return state;
  }

  /** As `replay`, from where one may begin below the horizon as well. */
  async #watched(
    from: LayeredBranchState,
    through: Lsn,
    onStep: OnStep,
    bare = !hasIndexes(from),
  ): Promise<LayeredBranchState> {
    if (from.lsn === through) return from;
    const seen = this.horizons.seen(from.branchId);
    // Entries go only after the horizon has moved, so if it is where it was by now, none was missing.
    const isUseless = async (): Promise<boolean> => {
      const horizon = await this.horizons.now(from.branchId);
      return horizon > seen && horizon > from.lsn;
    };
    let state: LayeredBranchState;
    try {
      state = await this.#replay(from, through, onStep, seen, bare);
    } catch (error) {
      if (error instanceof LogInconsistentError && (await isUseless())) throw new HorizonMoved();
      throw error;
    }
    if (await isUseless()) throw new HorizonMoved();
    return state;
  }

  async #replay(
    from: LayeredBranchState,
    through: Lsn,
    onStep: OnStep,
    horizon: Lsn,
    bare: boolean,
  ): Promise<LayeredBranchState> {
    let state = from;
    const pacer = new Pacer();
    for await (const commits of this.store.commits(from.branchId, { after: from.lsn, through, bare })) {
      state = await this.#step(state, commits, onStep, horizon);
      if (pacer.due) await pacer.giveWay();
    }
    if (state.lsn !== through) {
      throw new LogInconsistentError(`the commits up to LSN ${through} end at LSN ${state.lsn}`, {
        branchId: from.branchId,
        through,
        lsn: state.lsn,
      });
    }
    return state;
  }

  async #step(
    from: LayeredBranchState,
    commits: readonly Commit[],
    onStep: OnStep,
    horizon: Lsn,
  ): Promise<LayeredBranchState> {
    const state = await applyCommits(from, commits, this.#shown, horizon);
    onStep(state, commits, countEntries(commits));
    return state;
  }

  readonly #shown = (branchId: number, lsn: Lsn): Promise<LayeredBranchState> => this.showed(branchId, lsn);

  #compute(branchId: number, lsn: Lsn): Promise<LayeredBranchState> {
    return this.#undisturbed(async () => {
      const from = await this.#from(branchId, lsn);
      const trail = new Trail();
      const state = await this.#watched(from, lsn, (step, _, entries) => trail.push(step, entries));
      for (const step of trail.states()) this.states.keep(step);
      return this.#kept(state);
    });
  }

  /** Begins again when the branch was compacted meanwhile. */
  async #undisturbed<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof HorizonMoved) || tries === MAX_TRIES) throw error;
      }
    }
  }

  /** Where a replay towards `lsn` starts: a state in memory or a snapshot, whichever is nearer. */
  async #from(branchId: number, lsn: Lsn): Promise<LayeredBranchState> {
    const least = Math.min(await this.horizons.now(branchId), lsn);
    const nearest = this.states.nearest(branchId, lsn);
    const known = nearest && nearest.lsn >= least ? nearest : undefined;
    if (known && lsn - known.lsn <= NEAR) return known;
    const snapshot = await this.snapshots.nearest(branchId, lsn, known?.lsn ?? least - 1);
    return snapshot ?? known ?? this.#start(branchId, lsn);
  }

  /** Where it starts with neither: after the newest reset before it, or at the fork. */
  async #start(branchId: number, lsn: Lsn): Promise<LayeredBranchState> {
    const record = await this.#record(branchId);
    const reset = record.resets.findLast((each) => each.lsn <= lsn);
    if (reset) {
      const at = await this.store.commitAtOrBefore(branchId, { lsn: reset.lsn });
      if (at?.lsn === reset.lsn) {
        const shown = await this.showed(reset.branchId ?? branchId, reset.to);
        return shown.restoredAt(at, branchId);
      }
    }
    if (record.parentId === null)
      return LayeredBranchState.empty(branchId, record.startLsn, record.createdAt);
    const fork = await this.showed(record.parentId, record.baseLsn);
    return fork.forkedAs(branchId, record.baseLsn);
  }

  #kept(state: LayeredBranchState): LayeredBranchState {
    this.states.keep(state);
    return state;
  }

  async #record(branchId: number): Promise<BranchRecord> {
    const record = await this.store.branchById(branchId);
    if (!record) throw new BranchNotFoundError(branchId);
    return record;
  }
}

/** Whether an index of it is in memory, which follows what comes by the documents. */
function hasIndexes(state: LayeredBranchState): boolean {
  for (const [, { indexes }] of state.collections.entries()) if (indexes.size > 0) return true;
  return false;
}
