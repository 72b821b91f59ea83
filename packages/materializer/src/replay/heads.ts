import { countEntries, type Commit, type Head, type Lsn, type MaybePromise, type Store } from '@argon/wal';
import { AgingMap } from '../cache/aging-map';
import type { DocumentCache } from '../cache/document-cache';
import type { LayeredBranchState } from '../state/branch-state';
import { applyCommits } from './apply-commits';
import { Coalesced } from './coalesced';
import { HorizonMoved } from './horizons';
import type { KnownStates } from './known-states';
import type { Replayer } from './replayer';

/** A head that others moved this many LSNs on may be reached by a snapshot sooner than by replay. */
const FAR = 10_000;

/** More entries at once are an import, most of whose documents are not read soon. */
const MAX_REMEMBERED = 256;

/** Steps of a replay that are kept until its end. */
const MAX_STEPS = 64;

/** Keeps branches' head states up with the store: by this process's commits, or by replaying others'. */
export class Heads {
  readonly #checks: AgingMap<number, Coalesced<Head>>;
  readonly #catchingUp = new Map<number, Promise<LayeredBranchState>>();

  constructor(
    private readonly store: Pick<Store, 'head' | 'snapshots'>,
    private readonly states: KnownStates,
    private readonly replayer: Replayer,
    private readonly cache: DocumentCache,
    maxBranches: number,
    /** Told of every head that moved, and by which commits if they are this process's. */
    private readonly onMoved: (state: LayeredBranchState, commits?: readonly Commit[]) => void,
  ) {
    this.#checks = new AgingMap(maxBranches);
  }

  /** Asks the store where the head is and gives the state there. */
  current(branchId: number): MaybePromise<LayeredBranchState> {
    const head = this.ask(branchId);
    return head instanceof Promise
      ? head.then(({ lsn }) => this.upTo(branchId, lsn))
      : this.upTo(branchId, head.lsn);
  }

  /** Where the head is; callers at the same time share one question. */
  ask(branchId: number): MaybePromise<Head> {
    let check = this.#checks.get(branchId);
    if (!check) this.#checks.set(branchId, (check = new Coalesced(() => this.store.head(branchId))));
    return check.get();
  }

  /** The head state, which is at this LSN or beyond. */
  upTo(branchId: number, lsn: Lsn): MaybePromise<LayeredBranchState> {
    const known = this.states.head(branchId);
    return known && known.lsn >= lsn ? known : this.#catchUp(branchId, lsn);
  }

  /** Advances by commits that this process just appended, all of them, in order. */
  committed(branchId: number, commits: readonly Commit[]): MaybePromise<LayeredBranchState> {
    const head = this.states.head(branchId);
    const last = commits[commits.length - 1]!;
    if (head && head.lsn >= last.lsn) return head;
    if (!head || head.lsn !== commits[0]!.after) return this.current(branchId);
    const next = applyCommits(head, commits, (id, lsn) => this.replayer.showed(id, lsn), 0);
    const entries = this.#remember(commits);
    const moved = (state: LayeredBranchState): LayeredBranchState =>
      this.#moved(this.states.setHead(state, entries), commits);
    // Who asks for the head meanwhile need not compute it as well.
    return next instanceof Promise ? this.#track(branchId, next.then(moved)) : moved(next);
  }

  sweep(): void {
    this.#checks.sweep();
  }

  /** One at a time per branch: whoever needs more than the one under way will reach goes on from there. */
  #catchUp(branchId: number, lsn: Lsn): Promise<LayeredBranchState> {
    const underWay = this.#catchingUp.get(branchId);
    const work = underWay
      ? underWay.then(
          () => this.upTo(branchId, lsn),
          () => this.upTo(branchId, lsn),
        )
      : this.#advanceTo(branchId, lsn);
    return underWay ? work : this.#track(branchId, work);
  }

  /** For others to wait for while it is under way. */
  #track(branchId: number, work: Promise<LayeredBranchState>): Promise<LayeredBranchState> {
    const tracked: Promise<LayeredBranchState> = work.finally(() => {
      if (this.#catchingUp.get(branchId) === tracked) this.#catchingUp.delete(branchId);
    });
    this.#catchingUp.set(branchId, tracked);
    return tracked;
  }

  async #advanceTo(branchId: number, lsn: Lsn): Promise<LayeredBranchState> {
    const known = this.states.head(branchId);
    if (!known || (await this.#isSnapshotBetween(known, lsn))) {
      const { state, trail } = await this.replayer.head(branchId, lsn);
      return this.#moved(this.states.setHead(state, 0, trail));
    }
    // Nobody sees a step before it is certain that the replay was undisturbed.
    let steps: { state: LayeredBranchState; entries: number }[] = [];
    try {
      const state = await this.replayer.replay(known, lsn, (step, commits, entries) => {
        this.#remember(commits);
        if (steps.length === MAX_STEPS) steps = everySecond(steps);
        steps.push({ state: step, entries });
      });
      for (const step of steps) this.states.setHead(step.state, step.entries);
      return this.#moved(this.states.setHead(state, 0));
    } catch (error) {
      if (!(error instanceof HorizonMoved)) throw error;
      this.states.clear();
      return this.#advanceTo(branchId, lsn);
    }
  }

  /** Whether others have gone so far that a snapshot is the shorter way. */
  async #isSnapshotBetween(known: LayeredBranchState, lsn: Lsn): Promise<boolean> {
    if (lsn - known.lsn <= FAR) return false;
    const snapshot = await this.store.snapshots.atOrBefore(known.branchId, lsn);
    return snapshot !== undefined && snapshot.lsn > known.lsn;
  }

  #moved(state: LayeredBranchState, commits?: readonly Commit[]): LayeredBranchState {
    this.onMoved(state, commits);
    return state;
  }

  /** Puts new documents where their first readers will look. Says how many entries there were. */
  #remember(commits: readonly Commit[]): number {
    const entries = countEntries(commits);
    const isImport = entries > MAX_REMEMBERED;
    for (const commit of commits) {
      for (const { lsn, document, recordLsn, prevLsn } of commit.entries) {
        if (recordLsn === 0) continue;
        if (isImport) {
          if (document) this.cache.offer(lsn, document);
        } else if (document) {
          this.cache.replace(lsn, document, prevLsn);
        } else {
          this.cache.outdate(prevLsn);
        }
      }
    }
    return entries;
  }
}

function everySecond<T extends { entries: number }>(steps: readonly T[]): T[] {
  return steps.flatMap((step, i) =>
    i % 2 === 0 ? [] : [{ ...step, entries: step.entries + steps[i - 1]!.entries }],
  );
}
