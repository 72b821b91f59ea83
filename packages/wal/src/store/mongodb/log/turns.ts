import { setTimeout as sleep } from 'node:timers/promises';
import type { Collections } from '../collections';

/*
 * All times are counted in units: what one commit takes here and now, between these bounds, ms.
 */
const SHORTEST_UNIT_MS = 1.5;
const LONGEST_UNIT_MS = 100;
/** The share of the newest measurement in a unit. */
const WEIGHT = 0.2;
/** A writer that has gone on for this long looks whether others wait. */
const TURN = 25;
/** A writer with a longer pause between two commits than this lets others in by itself. */
const GAP = 8;
/** How long a writer steps aside for others. */
const ASIDE = 6;
/** The pause after a loss at most; it doubles with each further one up to the longest. */
const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 16;
/** After this many losses in a row a writer asks the others for its turn, and again after as many. */
const LOSSES_TO_ASK = 3;

interface Turn {
  losses: number;
  /** When the row of commits began that the latest belongs to, and when that one was. */
  since: number;
  latest: number;
}

/**
 * Spreads a branch's writers in many processes over time. The unique index decides who commits; if all of them tried
 * all the time, most work would be in vain, and the one who is ahead would stay ahead. So who loses waits a moment,
 * longer each time, and the winner goes on undisturbed; and who has waited often leaves a note, which a winner looks
 * for now and then and steps aside.
 */
export class Turns {
  readonly #meta: Collections['meta'];
  readonly #turns = new Map<number, Turn>();
  #unit = SHORTEST_UNIT_MS;

  constructor(meta: Collections['meta']) {
    this.#meta = meta;
  }

  /** Before an append: true if this writer stepped aside for others, so that the head has probably moved. */
  async begin(branchId: number): Promise<boolean> {
    const turn = this.#turns.get(branchId);
    if (turn === undefined) return false;
    const now = performance.now();
    if (now - turn.latest > GAP * this.#unit) turn.since = now;
    if (now - turn.since < TURN * this.#unit) return false;
    turn.since = now;
    const note = await this.#meta.findOneAndDelete({ _id: noteId(branchId) }, { writeConcern: { w: 1 } });
    if (note === null) return false;
    await sleep(ASIDE * this.#unit);
    turn.since = performance.now();
    return true;
  }

  /** After a commit that began at `start` (`performance.now()`). */
  won(branchId: number, start: number): void {
    const now = performance.now();
    const unit = this.#unit + WEIGHT * (now - start - this.#unit);
    this.#unit = Math.min(Math.max(unit, SHORTEST_UNIT_MS), LONGEST_UNIT_MS);
    const turn = this.#turnOf(branchId);
    if (now - turn.latest > GAP * this.#unit) turn.since = now;
    turn.latest = now;
    turn.losses = 0;
  }

  /** After a loss: how long to wait, ms, before looking at the new head. */
  lost(branchId: number): number {
    const turn = this.#turnOf(branchId);
    turn.losses += 1;
    if (turn.losses % LOSSES_TO_ASK === 0) this.ask(branchId);
    const most = Math.min(FIRST_PAUSE * 2 ** (turn.losses - 1), LONGEST_PAUSE);
    return this.#unit * (0.5 + Math.random() * most);
  }

  /** Asks the writers of a branch to step aside for a moment. */
  ask(branchId: number): void {
    const options = { upsert: true, writeConcern: { w: 1 } } as const;
    // If it is not heard, the writer goes on trying, and asks again.
    this.#meta
      .updateOne({ _id: noteId(branchId) }, { $set: { waiting: true } }, options)
      .catch(() => undefined);
  }

  #turnOf(branchId: number): Turn {
    let turn = this.#turns.get(branchId);
    if (turn === undefined) {
      turn = { losses: 0, since: 0, latest: 0 };
      this.#turns.set(branchId, turn);
    }
    return turn;
  }
}

function noteId(branchId: number): string {
  return `waiting:${branchId}`;
}
