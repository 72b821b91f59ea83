import type { FoundPlace } from '@argon/branch';
import { BranchNotFoundError, type Lsn } from '@argon/wal';
import { isTransient } from '../site/transient';
import type { CheckoutOptions, CheckoutTarget, FollowStatus } from './contract';
import { Hold } from './hold';
import { holderOf } from './position';
import { SiteBranch, type ApplyOptions } from './site-branch';
import { Tail } from './tail';

const LONGEST_PAUSE = 5000;

interface Waiting {
  readonly lsn: Lsn;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Keeps a site in step with its branch. Made by `Checkout.follow`. */
export class Follower {
  /** When it has ended: at rest after the signal, or rejected with what it could not go on after. */
  readonly done: Promise<void>;
  readonly #waiting = new Set<Waiting>();
  #lsn: Lsn | undefined;
  #tail: Tail | undefined;
  #failing: unknown;
  #ended: { readonly reason: unknown } | undefined;

  constructor(
    private readonly target: CheckoutTarget,
    begin: () => Promise<FoundPlace>,
    private readonly signal: AbortSignal,
    private readonly options: Pick<CheckoutOptions, 'overwrite' | 'watch'>,
  ) {
    this.done = this.#run(begin);
    // Whoever waits for it is told; nobody may.
    this.done.catch(() => undefined);
  }

  get status(): FollowStatus {
    return { lsn: this.#lsn, lagMs: this.#tail?.lagMs ?? 0, failing: this.#failing };
  }

  /** Resolves once the site holds this commit of the branch. @throws what ended the follower, or its signal's reason */
  caughtUpTo(lsn: Lsn): Promise<void> {
    if (this.#lsn !== undefined && this.#lsn >= lsn) return Promise.resolve();
    if (this.#ended !== undefined) return Promise.reject(this.#ended.reason);
    return new Promise((resolve, reject) => this.#waiting.add({ lsn, resolve, reject }));
  }

  async #run(begin: () => Promise<FoundPlace>): Promise<void> {
    let reason: unknown;
    try {
      const place = await begin();
      const { site, leaseMs } = this.target;
      const hold = await Hold.take(site, holderOf(place), leaseMs, this.signal);
      try {
        await this.#keepInStep(place, hold);
      } finally {
        await hold.release();
      }
    } catch (error) {
      if (!this.signal.aborted) {
        reason = error;
        throw error;
      }
    } finally {
      this.#tail?.stop();
      this.#ended = { reason: reason ?? this.signal.reason };
      for (const { reject } of this.#waiting) reject(this.#ended.reason);
      this.#waiting.clear();
    }
  }

  async #keepInStep(place: FoundPlace, hold: Hold): Promise<void> {
    let overwrite = this.options.overwrite === true;
    let there: SiteBranch | undefined;
    for (let pause = 50; !this.signal.aborted;) {
      try {
        // Anew after a failure, for what the site holds now stands in its position.
        there ??= await this.#open(place, hold, overwrite);
        await this.#step(place, there, overwrite);
        overwrite = false;
        pause = 50;
        this.#failing = undefined;
      } catch (error) {
        if (this.signal.aborted || !isTransient(error)) throw error;
        this.#failing = error;
        there = undefined;
        await new Promise((resolve) => setTimeout(resolve, pause));
        pause = Math.min(2 * pause, LONGEST_PAUSE);
        await hold.look().catch(() => undefined);
      }
    }
  }

  async #open(place: FoundPlace, hold: Hold, overwrite: boolean): Promise<SiteBranch> {
    const { engine, site } = this.target;
    const there = new SiteBranch(engine.materializer, place, site, hold);
    await there.open(this.#how(overwrite));
    return there;
  }

  /** To the head of now; then waits for the next commit. */
  async #step(place: FoundPlace, there: SiteBranch, overwrite: boolean): Promise<void> {
    const { engine } = this.target;
    const { id, name } = place.branch;
    const head = await engine.materializer.current(id);
    if (head.deleted) throw new BranchNotFoundError(name, place.project.id);
    if (there.state === undefined || head.lsn > there.state.lsn) {
      await there.apply(head, this.#how(overwrite));
    }
    this.#arrived(there.state!.lsn);
    this.#tail ??= new Tail(engine.store, id, head.lsn, this.signal);
    this.#tail.applied(this.#lsn!);
    await this.#tail.next(this.#lsn!);
  }

  #how(overwrite: boolean): ApplyOptions {
    const { documentsPerSecond, atOnce } = this.target;
    const watch = { signal: this.signal, progress: this.options.watch?.progress };
    return { overwrite, documentsPerSecond, atOnce, watch };
  }

  #arrived(lsn: Lsn): void {
    this.#lsn = lsn;
    for (const waiting of this.#waiting) {
      if (waiting.lsn > lsn) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
    }
  }
}
