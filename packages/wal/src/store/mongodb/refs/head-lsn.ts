import { Long } from 'mongodb';
import type { Lsn } from '../../../entry/entry';
import type { Collections } from '../collections';

/** After a commit, the branch's record follows this much later, ms. */
const DELAY_MS = 250;

/**
 * Lets `wal_branches.head_lsn` follow the log, for those who look with other tools. Nobody waits for it, and nothing
 * depends on it: the log is the truth.
 */
export class HeadLsnFollower {
  readonly #branches: Collections['branches'];
  readonly #moved = new Map<number, Lsn>();
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> = Promise.resolve();

  constructor(branches: Collections['branches']) {
    this.#branches = branches;
  }

  moved(branchId: number, lsn: Lsn): void {
    this.#moved.set(branchId, lsn);
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#flush(), DELAY_MS);
    this.#timer.unref();
  }

  /** Writes down what is left to. */
  close(): Promise<void> {
    return this.#flush();
  }

  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const moved = [...this.#moved];
    this.#moved.clear();
    if (moved.length > 0) {
      const updates = moved.map(([id, lsn]) => ({
        updateOne: {
          filter: { _id: Long.fromNumber(id) },
          update: { $max: { head_lsn: Long.fromNumber(lsn) } },
        },
      }));
      const write = () => this.#branches.bulkWrite(updates, { ordered: false, writeConcern: { w: 1 } });
      // The next commit on the branch brings what is lost here.
      this.#underWay = this.#underWay.then(write).then(nothing, nothing);
    }
    return this.#underWay;
  }
}

function nothing(): void {}
