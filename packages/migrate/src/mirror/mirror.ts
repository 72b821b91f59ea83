import { elementValue, findElement, type Timestamp } from '@argon/bson';
import type { Watch } from '@argon/branch';
import type { Lsn } from '@argon/wal';
import { run } from '@argon/branch/prefix';
import { siteNotes } from '../copy/definitions';
import type { Site } from '../site/site';
import { compareTimes, operationTime } from '../stream/cluster-time';
import { PositionLostError } from '../stream/errors';
import { EventQueue } from '../stream/event-queue';
import { persistently } from '../stream/persistent';
import type { CopyReport, MirrorOptions, MirrorStatus } from './contract';
import { CopySteps, hasToCopy } from './copy-step';
import { MirrorStoppedError } from './errors';
import { applyEvents } from './follow-step';
import { Lease } from './lease';
import { MirrorState } from './mirror-state';
import { isCopying, type Position } from './position';
import { statusOf } from './recorded-mirror';
import { TargetBranch } from './target-branch';
import { Throttle } from './throttle';
import { Waiting } from './waiting';

const HEARTBEAT_MS = 10_000;
/** How long to wait for events before looking whether to stop; and while somebody waits to be told. */
const IDLE_MS = 100;
const AWAITED_MS = 5;
/** Events that come so soon after one another become one commit, ms. */
const GATHER_MS = 15;

/**
 * Keeps a branch in step with a site: copies what is there, then follows what changes. After each commit the branch holds,
 * of what was copied, exactly what mongod held at one moment. Where it is lies in the branch's record and moves with each
 * commit; so it can be killed at any time, and goes on where it was.
 *
 * One process at a time keeps a branch. The engine and the site stay the caller's to close, after the mirror.
 */
export class Mirror {
  readonly #steps: CopySteps;
  readonly #throttle: Throttle;
  #underWay: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(
    private readonly options: MirrorOptions,
    private readonly state: MirrorState,
    private readonly lease: Lease,
    private readonly waiting: Waiting,
    private readonly isRestarted: boolean,
  ) {
    this.#steps = new CopySteps(state);
    this.#throttle = new Throttle(options.documentsPerSecond);
  }

  /**
   * Takes hold of a branch, new or where a mirror of this site has come.
   * @throws ProjectNotFoundError, BranchNotFoundError; MirrorTargetError for a branch with other commits;
   *   MirrorBusyError, SiteUnsuitableError, PositionUnreadableError; LegacyServerError, the driver's errors
   */
  static async open(options: MirrorOptions): Promise<Mirror> {
    const { engine, site, user = 'mirror', heartbeatMs = HEARTBEAT_MS } = options;
    const lease = new Lease();
    let queue: EventQueue | undefined;
    try {
      const actor = { user, app: site.location };
      const branch = await TargetBranch.open(engine, options, site.location, actor, lease);
      const opened = await openQueue(site, branch.position);
      queue = opened.queue;
      const position = { ...startOf(branch.position, opened, site), holder: lease.holder };
      const waiting = new Waiting();
      const skew = await clockSkew(site);
      const moved = () => {
        if (!isCopying(state.position)) waiting.reached(state.position.time);
      };
      const state = new MirrorState(site, queue, branch, position, heartbeatMs, skew, moved);
      await state.commit(async () => position);
      if (!queue.tellsDefinitions) {
        state.note([
          `${site.location} does not tell of changes of options, indexes and views (MongoDB 6.0 and later do): they are those of when it was copied`,
        ]);
      }
      return new Mirror(options, state, lease, waiting, opened.isLost);
    } catch (error) {
      lease.end();
      await queue?.close();
      throw error;
    }
  }

  status(): MirrorStatus {
    return { ...statusOf(this.state.position), lagMs: this.state.lagMs };
  }

  /**
   * Copies what is not copied yet; returns at once if all is.
   * @throws the watch's reason between two commits; LegacyServerError, the driver's errors; MirrorTargetError, MirrorBusyError
   */
  async copy(watch?: Watch): Promise<CopyReport> {
    let documents = 0;
    await this.#running(async () => {
      while (hasToCopy(this.state)) {
        watch?.signal?.throwIfAborted();
        const copied = await this.#steps.step();
        documents += copied;
        if (copied === 0) continue;
        watch?.progress?.(copied);
        await this.#throttle.took(copied, watch?.signal);
      }
    });
    // Of what was copied before as well, by a process that was killed perhaps.
    this.state.note(await persistently(() => siteNotes(this.options.site)));
    return { documents, notes: [...this.state.notes].sort(), isRestarted: this.isRestarted };
  }

  /** Follows until the signal aborts, then returns. @throws as `copy` */
  async follow(signal: AbortSignal): Promise<void> {
    await this.#running(async () => {
      while (!signal.aborted) {
        if (hasToCopy(this.state)) await this.#throttle.took(await this.#steps.step());
        else await this.#followStep();
      }
    });
  }

  /**
   * Waits until the branch shows what the site held at a cluster time, and everything is copied: while `copy` or `follow`
   * runs, here. @throws MirrorStoppedError when that ends by an error, or the mirror is closed
   */
  async caughtUpTo(time: Timestamp): Promise<void> {
    const { position } = this.state;
    if (!isCopying(position) && compareTimes(position.time, time) >= 0) return;
    if (this.#isClosed) throw new MirrorStoppedError(this.options.branch);
    await this.waiting.until(time);
  }

  /** A moment of the site, and the commit that shows it: of what is copied, the branch holds the one at the other. */
  get shown(): { readonly time: Timestamp; readonly lsn: Lsn } {
    return { time: this.state.position.time, lsn: this.state.head };
  }

  /** The cluster time of the site now: what was acknowledged before is not later than it. */
  async now(): Promise<Timestamp> {
    return operationTime(await persistently(() => run(this.options.site.database, { ping: 1 })));
  }

  /** Waits for the commit under way, writes down where it is, and lets go of the branch. */
  async close(): Promise<void> {
    await this.#letGo(() => this.state.release());
  }

  /** As `close`, and for good: the branch is one like others then, which follows nothing. */
  async end(): Promise<void> {
    await this.#letGo(() => this.state.end());
  }

  async #letGo(lastWord: () => Promise<void>): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.waiting.fail(new MirrorStoppedError(this.options.branch));
    await this.#underWay.catch(() => undefined);
    try {
      await lastWord();
    } finally {
      this.lease.end();
      await this.state.queue.close();
    }
  }

  async #followStep(): Promise<void> {
    const { queue } = this.state;
    await queue.pull(this.waiting.isEmpty ? IDLE_MS : AWAITED_MS);
    if (queue.isEmpty) {
      await this.state.pass({ ...this.state.position, ...queue.place });
      return;
    }
    const started = performance.now();
    while (!queue.isFull || queue.isMidTransaction) {
      const left = GATHER_MS - (performance.now() - started);
      if (queue.isMidTransaction) await queue.pull(AWAITED_MS);
      else if (left < 1 || !this.waiting.isEmpty) break;
      else await queue.pull(left);
      if (queue.isFull && performance.now() - started > 10 * GATHER_MS) break;
    }
    await applyEvents(this.state);
  }

  async #running(work: () => Promise<void>): Promise<void> {
    const before = this.#underWay;
    const running = (async () => {
      await before.catch(() => undefined);
      if (this.#isClosed) throw new MirrorStoppedError(this.options.branch);
      await work();
    })();
    this.#underWay = running;
    try {
      await running;
    } catch (error) {
      this.waiting.fail(new MirrorStoppedError(this.options.branch, error));
      throw error;
    }
  }
}

async function openQueue(
  site: Site,
  position: Position | undefined,
): Promise<{ readonly queue: EventQueue; readonly isLost: boolean }> {
  try {
    const queue = await EventQueue.open(site, position);
    // Whether the server can go on is told by the first answer.
    if (position !== undefined) await queue.pull(1);
    return { queue, isLost: false };
  } catch (error) {
    if (!(error instanceof PositionLostError) || position === undefined) throw error;
    return { queue: await EventQueue.open(site), isLost: true };
  }
}

/** Where to go on, or to begin; if the place is lost, everything is compared again. */
function startOf(
  before: Position | undefined,
  { queue, isLost }: { readonly queue: EventQueue; readonly isLost: boolean },
  { location }: Site,
): Position {
  if (before !== undefined && !isLost) return before;
  const { documents, events, after } = before ?? { documents: 0, events: 0, after: 0 };
  return {
    site: location,
    ...queue.place,
    pass: '',
    current: null,
    queue: [],
    documents,
    events,
    after,
    holder: null,
  };
}

/** How far the server's clock is ahead of this one's, ms. */
async function clockSkew({ database }: Site): Promise<number> {
  const asked = Date.now();
  const hello = await persistently(() => run(database, { hello: 1 }));
  const told = elementValue(hello, findElement(hello, 'localTime')!) as Date;
  return told.getTime() - (asked + Date.now()) / 2;
}
