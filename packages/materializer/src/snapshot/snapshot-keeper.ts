import type { Commit, SnapshotRecord, Store } from '@argon/wal';
import type { KnownStates } from '../replay/known-states';
import { HorizonMoved } from '../replay/horizons';
import type { Replayer } from '../replay/replayer';
import { Trail } from '../replay/trail';
import type { LayeredBranchState } from '../state/branch-state';
import { FollowedCommits } from './followed-commits';
import { DEFAULT_POLICY, isDue, type SnapshotCost, type SnapshotPolicy, weightOf } from './policy';
import type { SnapshotFinder } from './snapshot-finder';
import type { SnapshotWriter } from './snapshot-writer';

interface Watched {
  /** When its head last moved, ms, by the monotonic clock. */
  moved: number;
  /** When it came to be watched, or a snapshot of it was taken, ms. */
  since: number;
  cost: SnapshotCost | undefined;
  /** After a failure: not before this. */
  notBefore: number;
}

/** Writers wait for a snapshot from this many times its `maxEntries` on. */
const PRESSURE = 2;

/** How long to leave a branch alone after a snapshot of it failed, ms. */
const RETRY = 30_000;

/**
 * Takes snapshots in the background, one at a time, so that a replay never has far to go and what changed since the
 * last one stays small in memory. Two processes may do the same; what they write is the same.
 */
export class SnapshotKeeper {
  taken = 0;
  failed = 0;
  readonly #watched = new Map<number, Watched>();
  readonly #policy: Required<SnapshotPolicy>;
  #running: Promise<unknown> = Promise.resolve();
  #waiting = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #followed: FollowedCommits | undefined;

  constructor(
    private readonly store: Pick<Store, 'snapshots'>,
    private readonly states: KnownStates,
    private readonly replayer: Replayer,
    private readonly finder: SnapshotFinder,
    private readonly writer: SnapshotWriter,
    /** Undefined: only on demand. */
    policy: SnapshotPolicy | undefined,
  ) {
    this.#policy = { ...DEFAULT_POLICY, ...policy };
    this.#isAutomatic = policy !== undefined;
  }

  readonly #isAutomatic: boolean;

  /** To be told whenever this process moved a branch's head: to where, and by which commits if they are its own. */
  moved(state: LayeredBranchState, commits?: readonly Commit[]): void {
    if (commits !== undefined && this.#followed?.branchId === state.branchId) this.#followed.add(commits);
    if (!this.#isAutomatic || this.#closed || !this.#isWorth(state)) return;
    const now = performance.now();
    let watched = this.#watched.get(state.branchId);
    if (!watched)
      this.#watched.set(
        state.branchId,
        (watched = { moved: now, since: now, cost: undefined, notBefore: 0 }),
      );
    watched.moved = now;
    this.#scheduleIfDue(state, watched, now);
    this.#timer ??= setInterval(() => this.#lookForIdle(), this.#policy.idle).unref();
  }

  /**
   * For writers: something to wait for when the branch's tail outgrows what snapshots keep up with, so that memory and
   * the next start stay bounded however fast writes come.
   */
  pressure(branchId: number): Promise<unknown> | undefined {
    if (!this.#isAutomatic) return undefined;
    const tail = this.states.peek(branchId)?.tail;
    if (tail === undefined || weightOf(tail, this.#policy) <= PRESSURE * this.#policy.maxEntries)
      return undefined;
    return this.#running;
  }

  /** Takes one now, of what the branch's head is when its turn comes. */
  take(head: () => Promise<LayeredBranchState>): Promise<SnapshotRecord> {
    return this.#next(async () => this.#take(await head(), 0));
  }

  /** Takes those that are worth it, and no more after that. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    for (const branchId of this.#watched.keys()) await this.#next(() => this.#takeIfWorth(branchId));
    await this.#running;
  }

  #lookForIdle(): void {
    const now = performance.now();
    for (const [branchId, watched] of this.#watched) {
      const state = this.states.peek(branchId);
      if (state === undefined || !this.#isWorth(state)) this.#watched.delete(branchId);
      else if (now - watched.moved >= this.#policy.idle && now >= watched.notBefore) this.#schedule(branchId);
    }
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Whether so much has changed that a snapshot is worth taking when there is time. */
  #isWorth({ tail }: LayeredBranchState): boolean {
    return weightOf(tail, this.#policy) >= this.#policy.idleEntries;
  }

  #scheduleIfDue({ branchId, tail }: LayeredBranchState, watched: Watched, now: number): void {
    if (now < watched.notBefore) return;
    if (isDue(tail, this.#policy, watched.cost, watched.since, now)) this.#schedule(branchId);
  }

  #schedule(branchId: number): void {
    if (this.#waiting.has(branchId)) return;
    this.#waiting.add(branchId);
    void this.#next(async () => {
      const before = this.states.peek(branchId);
      await this.#takeIfWorth(branchId);
      // Until it is done the tail is as long as it was, and every commit seems to make another one due.
      this.#waiting.delete(branchId);
      const [state, watched] = [this.states.peek(branchId), this.#watched.get(branchId)];
      if (this.#closed || state === undefined || watched === undefined) return;
      // Of what it was taken of, there is no better one.
      if (before !== undefined && state.lsn > before.lsn)
        this.#scheduleIfDue(state, watched, performance.now());
    });
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#running.then(work);
    this.#running = done.catch(() => undefined);
    return done;
  }

  async #takeIfWorth(branchId: number): Promise<void> {
    const state = this.states.peek(branchId);
    if (!state || state.deleted || !this.#isWorth(state)) return;
    const watched = this.#watched.get(branchId);
    try {
      const begun = performance.now();
      // As many entries as would not be worth one.
      const near = (this.#policy.idleEntries * state.tail.entries) / weightOf(state.tail, this.#policy);
      await this.#take(state, near);
      if (watched) {
        watched.since = performance.now();
        watched.cost = { duration: watched.since - begun, entries: state.tail.entries };
      }
    } catch {
      // Nobody waits for it, and the log has everything: it is tried again later.
      this.failed += 1;
      if (watched) watched.notBefore = performance.now() + RETRY;
    }
  }

  /** @param near another process's snapshot will do that is at most so many LSNs behind */
  async #take(state: LayeredBranchState, near: number): Promise<SnapshotRecord> {
    const existing = await this.store.snapshots.atOrBefore(state.branchId, state.lsn);
    if (existing && state.lsn - existing.lsn <= near) {
      const shown = await this.finder.nearest(state.branchId, existing.lsn, existing.lsn - 1);
      if (shown) {
        await this.#rebase(shown);
        return existing;
      }
    }
    this.#followed = new FollowedCommits(state.branchId, state.lsn);
    try {
      const { record, state: based } = await this.writer.take(state);
      this.taken += 1;
      await this.#rebase(based);
      return record;
    } finally {
      this.#followed = undefined;
    }
  }

  /** Lets the branch's head be computed from the snapshot from now on, so that what led up to it can be let go. */
  async #rebase(based: LayeredBranchState): Promise<void> {
    const trail = new Trail();
    trail.push(based, 0);
    try {
      await this.#catchUp(based, trail);
    } catch (error) {
      // The branch was compacted meanwhile; whoever asks for its head next computes it anew.
      if (!(error instanceof HorizonMoved)) throw error;
    }
  }

  async #catchUp(based: LayeredBranchState, trail: Trail): Promise<void> {
    let state = based;
    for (;;) {
      const head = this.states.peek(based.branchId);
      if (!head || head.lsn < state.lsn) return;
      if (head.lsn === state.lsn) return this.states.rebase(state, trail);
      const onStep = (step: LayeredBranchState, _: unknown, entries: number) => trail.push(step, entries);
      const own = this.#followed?.take(state.lsn, head.lsn);
      state = await (own === undefined
        ? this.replayer.replay(state, head.lsn, onStep)
        : this.replayer.apply(state, own, onStep));
    }
  }
}
