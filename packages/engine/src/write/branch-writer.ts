import { setImmediate } from 'node:timers/promises';
import type { BranchState, Materializer } from '@argon/materializer';
import {
  BranchNotFoundError,
  type Actor,
  type BranchChange,
  type Commit,
  Pacer,
  type Store,
} from '@argon/wal';
import type { ClusterClock } from '../cluster-time/clock';
import type { PerfRecorder } from '../perf/recorder';
import { countedAppend } from '../perf/counted-append';
import { BranchRecords } from '../session/branch-records';
import { Blocked, Claims, type Holder } from '../transaction/claims';
import type { DocumentSource } from '../view/collection-view';
import type { Constraints } from './constraints';
import { Draft } from './draft';
import { HeldAnswers } from './held-answers';
import type { NotedCommit, Noting } from './noting';
import { DRAFT_LIMITS, Staging, type DraftLimits } from './staging';

/** Computes a write against a draft of the head. May run again from a newer head, so it keeps nothing between runs. */
export type Work<T> = (draft: Draft) => Promise<T>;

export interface WriteOptions {
  /** In a group of its own: for work that must see settled documents only (building an index reads them from the log). */
  readonly alone?: boolean;
  /** What the commit changes of the branch's record, given the head that it follows. Such work goes alone. */
  readonly change?: (head: BranchState) => BranchChange;
  /**
   * It may draft more than memory should hold, and calls `Draft.relieve` between its steps: what is large is written to a
   * staging branch, and adopted by one commit. Such work goes alone.
   */
  readonly large?: boolean;
  /** Told of the commits once they are durable; only of work that goes alone. */
  readonly committed?: (commits: readonly Commit[]) => void;
  /** It is what a transaction did, which holds what it changes. */
  readonly isTransaction?: boolean;
  /** What is noted with its commits. */
  readonly noting?: Noting;
  /** Whether it may do without waiting for open transactions any longer. @throws to end it */
  readonly check?: () => void;
}

interface Task extends WriteOptions {
  readonly work: Work<unknown>;
  readonly actor: Actor;
  readonly constraints: Constraints;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown } | { readonly blocked: Holder };

/** How long a large group is computed until others are let through, ms; small ones never wait. */
const SLICE = 10;
/** How long a write that waits for a transaction goes without a look at whether it still may, ms. */
const PARKED = 50;
/** A group ends when it has drafted this many bytes: one append stays well within what a store takes in one step. */
const GROUP_BYTES = 512 * 1024;
const GROUP_TASKS = 1024;
/** From so many writes under way on, two groups take turns. */
const HALVED = 12;
/** A chunk is lost seldom, and all that may be lost go at once. */
const MAX_HEALINGS = 3;
/** The longest pause before computing again after losing the head to another process, ms. */
const MAX_PAUSE = 16;

/**
 * All writes of this process to one branch: computed in order against the head, appended as groups with one flush,
 * and computed again from the new head when another process moved it.
 */
export class BranchWriter {
  /** What open transactions have changed: writes that would change that wait. */
  readonly claims = new Claims();
  /** What sessions did last on the branch. */
  readonly records: BranchRecords;
  #queue: Task[] = [];
  #draining: Promise<void> | undefined;
  #parked = 0;
  /** How many tasks the group before had: likely as many will come, once their clients have read the answers. */
  #before = 0;

  constructor(
    readonly branchId: number,
    private readonly store: Store,
    private readonly materializer: Materializer,
    private readonly limits: DraftLimits = DRAFT_LIMITS,
    private readonly perf?: PerfRecorder,
    private readonly clock?: ClusterClock,
  ) {
    this.records = new BranchRecords(branchId, store);
  }

  get idle(): boolean {
    return (
      this.#draining === undefined &&
      this.#parked === 0 &&
      this.claims.isEmpty &&
      this.records.isEmpty(Date.now())
    );
  }

  /**
   * Runs a write; resolves when its commits are durable. `constraints` are those of the addressed database.
   */
  run<T>(work: Work<T>, actor: Actor, constraints: Constraints, options: WriteOptions = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#enqueue({
        work,
        actor,
        constraints,
        ...options,
        resolve: resolve as (value: unknown) => void,
        reject,
      });
    });
  }

  #enqueue(task: Task): void {
    this.#queue.push(task);
    this.#draining ??= this.drain();
  }

  /** Until the transaction has ended that has changed what the task is to change; or the task has no time left. */
  async #park(task: Task, holder: Holder): Promise<void> {
    this.#parked += 1;
    try {
      let isOver = false;
      const ended = holder.ended.then(() => (isOver = true));
      while (!isOver) {
        task.check?.();
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, PARKED))]);
      }
      this.#enqueue(task);
    } catch (error) {
      task.reject(error);
    } finally {
      this.#parked -= 1;
    }
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#draining;
  }

  private async drain(): Promise<void> {
    // One turn of the event loop's microtasks lets callers of this tick join the first group.
    await Promise.resolve();
    const answers = new HeldAnswers();
    while (this.#queue.length > 0) {
      const group = this.nextGroup();
      if (group.length < HALVED / 2 || this.store.tellsFlushes !== true) answers.give();
      try {
        const answer = await this.commit(group, answers.give);
        answers.give();
        if (this.#queue.length > 0) {
          answers.hold(answer);
          continue;
        }
        answer();
      } catch (error) {
        answers.give();
        for (const task of group) task.reject(error);
      }
      // Clients that were answered together send their next together: it goes into one group, not one ahead of the others.
      if (group.length > 1) await setImmediate();
    }
    // In the same turn as the look at the queue: what comes later begins anew.
    this.#draining = undefined;
  }

  private nextGroup(): Task[] {
    const alone = this.#queue.findIndex(goesAlone);
    if (alone === 0) return this.#queue.splice(0, 1);
    const group = this.#queue.splice(0, Math.min(alone < 0 ? Infinity : alone, this.groupSize()));
    this.#before = group.length;
    return group;
  }

  /** Of many writes under way, half are computed while the other half is flushed. */
  private groupSize(): number {
    const underWay = this.#queue.length + this.#before;
    return underWay < HALVED ? GROUP_TASKS : Math.min(GROUP_TASKS, Math.ceil(underWay / 2));
  }

  /** Commits a group. @returns gives its answers */
  private async commit(group: Task[], flushing: () => void): Promise<() => void> {
    await this.materializer.pressure(this.branchId);
    for (let attempt = 0; ; attempt++) {
      const known = attempt === 0 ? this.materializer.known(this.branchId) : undefined;
      const base = known ?? (await this.materializer.refresh(this.branchId));
      if (base.deleted) throw new BranchNotFoundError(this.branchId);
      const { draft, outcomes } = await this.compute(group, base);
      if (attempt < MAX_HEALINGS && (await this.healed(outcomes))) continue;
      const { change, committed } = group[0]!;
      if (await this.land(draft, base, change?.(base), committed, flushing)) {
        // What did not fit into this group goes first in the next one.
        this.#queue.unshift(...group.splice(outcomes.length));
        return () =>
          outcomes.forEach((outcome, i) => {
            if ('value' in outcome) group[i]!.resolve(outcome.value);
            else if ('error' in outcome) group[i]!.reject(outcome.error);
            else void this.#park(group[i]!, outcome.blocked);
          });
      }
      if (attempt > 0) await pause(attempt);
    }
  }

  /** True when a write failed for a lost chunk of a snapshot: it is computed again without snapshots. */
  private async healed(outcomes: readonly Outcome[]): Promise<boolean> {
    for (const outcome of outcomes) {
      if ('error' in outcome && (await this.materializer.heal(outcome.error))) return true;
    }
    return false;
  }

  /** True when what was computed holds: its commits are durable, or it made none and the head had not moved. */
  private async land(
    draft: Draft,
    base: BranchState,
    change: BranchChange | undefined,
    committed: Task['committed'],
    flushing: () => void,
  ): Promise<boolean> {
    const { staging } = draft;
    if (staging === undefined) return this.append(draft, draft.commits, base, change, committed, flushing);
    try {
      if (!staging.isUsed) return await this.append(draft, draft.commits, base, change, committed, flushing);
      const adoption = await staging.adoption(draft.commits, change);
      return await this.append(draft, adoption.commits, base, adoption.change, committed, flushing);
    } finally {
      // Nothing is left of a staging branch but what was adopted.
      await staging.end();
    }
  }

  private async append(
    draft: Draft,
    commits: readonly NotedCommit[],
    base: BranchState,
    change: BranchChange | undefined,
    committed: Task['committed'],
    flushing: () => void,
  ): Promise<boolean> {
    if (commits.length === 0) {
      const head = await this.materializer.current(this.branchId);
      return head.lsn === base.lsn;
    }
    const result = await countedAppend(this.perf, this.store, {
      branchId: this.branchId,
      after: base.lsn,
      commits,
      flushing,
      ...(change === undefined ? {} : { change }),
    });
    if (!result.appended) {
      if (result.reason === 'branch-deleted') throw new BranchNotFoundError(this.branchId);
      return false;
    }
    for (let i = 0; i < commits.length; i++) commits[i]!.made?.(result.commits[i]!);
    this.records.appended(result.commits);
    this.clock?.seen(result.commits[result.commits.length - 1]!);
    const advanced = this.materializer.committed(this.branchId, result.commits);
    draft.settled(advanced instanceof Promise ? await advanced : advanced);
    committed?.(result.commits);
    return true;
  }

  private async compute(group: Task[], base: BranchState): Promise<{ draft: Draft; outcomes: Outcome[] }> {
    const source: DocumentSource = this.materializer;
    const [{ constraints, actor, large }] = group as [Task];
    const staging =
      large === true ? new Staging(this.store, this.materializer, base, actor, this.perf) : undefined;
    const draft = new Draft(base, source, constraints, this.limits, staging);
    const outcomes: Outcome[] = [];
    const pacer = new Pacer(SLICE);
    for (const task of group) {
      if (outcomes.length > 0 && draft.bytes > GROUP_BYTES) break;
      if (pacer.due) await pacer.giveWay();
      const savepoint = draft.savepoint();
      draft.claimant = this.claims.isEmpty || task.isTransaction === true ? undefined : this.claims.guard;
      draft.noting = task.noting;
      task.noting?.begin();
      try {
        const value = await task.work(draft);
        draft.seal(task.actor);
        outcomes.push({ value });
      } catch (error) {
        draft.rollback(savepoint);
        await draft.staging?.end();
        outcomes.push(error instanceof Blocked ? { blocked: error.holder } : { error });
      }
    }
    return { draft, outcomes };
  }
}

function goesAlone({ alone, change, large }: Task): boolean {
  return alone === true || change !== undefined || large === true;
}

/** Full jitter: processes that lost the same race do not meet again at once. */
async function pause(attempt: number): Promise<void> {
  const longest = Math.min(MAX_PAUSE, 2 ** attempt / 4);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
}
