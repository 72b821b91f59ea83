import { Long } from 'mongodb';
import type { Lsn } from '../../../entry/entry';
import type { Collections } from '../collections';

/** Requests closer together than this are load, ms. */
const BUSY_MS = 50;
/** Without a request for this long, what is left of a block is given back, ms. */
const IDLE_MS = 100;
/** LSNs taken ahead under load, at first. */
const SMALLEST_AHEAD = 8;
/** LSNs taken ahead at most. */
const LARGEST_AHEAD = 4096;
/** Where other processes write to the same branch, blocks shrink no further than this. */
const CONTENDED_AHEAD = 64;

/**
 * Hands out LSNs from blocks leased from the counter in `wal_meta`.
 *
 * A block is exactly what is needed at rest; under load it grows fast, so that the counter is asked ever less often. What
 * is left of it goes back when the load ends, unless another process has leased meanwhile. So one client at rest makes
 * no gaps, also across short processes, and a dead one leaves a gap of one block at most.
 */
export class LsnLeases {
  readonly #meta: Collections['meta'];
  /** The next LSN of the block, and its last one; nothing is left if next > last. */
  #next = 1;
  #last = 0;
  #ahead = 0;
  #latest = Number.NEGATIVE_INFINITY;
  #turn: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(meta: Collections['meta']) {
    this.#meta = meta;
  }

  /** The first of `count` consecutive LSNs that nobody else gets, all greater than `above`. */
  take(count: number, above: Lsn): Promise<Lsn> {
    const turn = this.#turn.then(() => this.#take(count, above));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Takes back LSNs from `first` on that certainly no document of the log has, if they were the last handed out. */
  untake(first: Lsn, count: number): void {
    if (first + count !== this.#next) return;
    this.#next = first;
    this.#giveBackWhenIdle();
  }

  /** Gives back what is left. */
  close(): Promise<void> {
    clearTimeout(this.#idle);
    const turn = this.#turn.then(() => this.#giveBack());
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #take(count: number, above: Lsn): Promise<Lsn> {
    const now = performance.now();
    const isBusy = now - this.#latest < BUSY_MS;
    this.#latest = now;
    // Another process has gone past this block on the branch: LSNs must increase along it.
    if (this.#next <= above) {
      this.#drop();
      // Much of what is leased ahead may be lost again; but asking the counter each time costs as much as a commit.
      this.#ahead = Math.max(Math.min(this.#ahead, CONTENDED_AHEAD), this.#ahead >> 1);
    }
    if (this.#last - this.#next + 1 < count) {
      this.#ahead = isBusy ? Math.min(Math.max(SMALLEST_AHEAD, this.#ahead * 4), LARGEST_AHEAD) : 0;
      await this.#lease(Math.max(count, this.#ahead));
      if (this.#next <= above) await this.#leaseAbove(count, above);
    }
    const first = this.#next;
    this.#next += count;
    this.#giveBackWhenIdle();
    return first;
  }

  async #lease(count: number): Promise<void> {
    const before = await this.#meta.findOneAndUpdate(
      { _id: 'lsn' },
      { $inc: { last: Long.fromNumber(count) } },
      { upsert: true, returnDocument: 'before' },
    );
    const start = before !== null && 'last' in before ? Number(before.last) + 1 : 1;
    // A block that begins where the last one ends is the same block: nothing of it is lost.
    if (start !== this.#last + 1) this.#next = start;
    this.#last = start + count - 1;
  }

  /** The counter lies behind the log, which only happens if somebody set it back: moves it on. */
  async #leaseAbove(count: number, above: Lsn): Promise<void> {
    await this.#meta.updateOne({ _id: 'lsn' }, { $max: { last: Long.fromNumber(above) } });
    this.#drop();
    await this.#lease(count);
  }

  #drop(): void {
    this.#next = this.#last + 1;
  }

  #giveBackWhenIdle(): void {
    clearTimeout(this.#idle);
    if (this.#next > this.#last) return;
    this.#idle = setTimeout(() => {
      this.#turn = this.#turn.then(() => this.#giveBack()).catch(() => undefined);
    }, IDLE_MS);
    this.#idle.unref();
  }

  async #giveBack(): Promise<void> {
    if (this.#next > this.#last) return;
    const unused = this.#next;
    const end = this.#last;
    this.#drop();
    await this.#meta.updateOne(
      { _id: 'lsn', last: Long.fromNumber(end) },
      { $set: { last: Long.fromNumber(unused - 1) } },
    );
  }
}
