import { setTimeout as sleep } from 'node:timers/promises';
import { ObjectId } from 'mongodb';
import type { Lsn } from '../../../entry/entry';
import type { Collections } from '../collections';
import { duplicateIn } from '../connection/failure';
import type { ChainEnds } from './heads';

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
/** How long a writer steps aside at most, for one who waits. */
const ASIDE = 12;
/** The pause after a first loss, at most. */
const FIRST_PAUSE = 2;
/** Between two looks of one who waits. */
const LOOK = 1.5;
/** If the head has not moved for this long, nobody is writing. */
const QUIET = 4;
/** Who has waited for this long tries again in any case. */
const LONGEST_WAIT = 60;

interface Turn {
  losses: number;
  /** When the row of commits began that the latest belongs to, and when that one was. */
  since: number;
  latest: number;
}

/**
 * Lets writers of one branch in many processes take turns. The unique index decides who commits; if all of them tried
 * all the time, most work would be in vain, and the one who is ahead would stay ahead. So who loses twice in a row
 * leaves a note and waits; a writer that goes on for long looks for such a note, removes it, which is the sign to the
 * one who left it, and steps aside until that one has committed. Nothing but speed depends on this.
 */
export class Turns {
  readonly #meta: Collections['meta'];
  readonly #ends: ChainEnds;
  readonly #turns = new Map<number, Turn>();
  #unit = SHORTEST_UNIT_MS;

  constructor(meta: Collections['meta'], ends: ChainEnds) {
    this.#meta = meta;
    this.#ends = ends;
  }

  /** Before an append after `after`: steps aside if somebody waits, and is then true. */
  async begin(branchId: number, after: Lsn): Promise<boolean> {
    const turn = this.#turns.get(branchId);
    if (turn === undefined) return false;
    const now = performance.now();
    if (now - turn.latest > GAP * this.#unit) turn.since = now;
    if (now - turn.since < TURN * this.#unit) return false;
    turn.since = now;
    const filter = { _id: noteId(branchId) };
    const note = await this.#meta.findOneAndDelete(filter, { writeConcern: { w: 1 } });
    if (note === null) return false;
    const deadline = now + ASIDE * this.#unit;
    while (performance.now() < deadline) {
      await sleep(LOOK * this.#unit);
      if ((await this.#ends.current(branchId)).lsn !== after) break;
    }
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

  /** After a loss: waits for a good moment to try again. */
  async lost(branchId: number): Promise<void> {
    const turn = this.#turnOf(branchId);
    turn.losses += 1;
    if (turn.losses === 1) await sleep(this.#unit * Math.random() * FIRST_PAUSE);
    // Whatever goes wrong here, the next attempt will tell.
    else await this.#wait(branchId).catch(() => undefined);
  }

  /** Asks whoever writes to a branch to step aside. False if somebody else has asked already. */
  async ask(branchId: number, by = new ObjectId()): Promise<boolean> {
    const update = { $setOnInsert: { by } };
    const options = { upsert: true, writeConcern: { w: 1 } } as const;
    try {
      const { upsertedCount } = await this.#meta.updateOne({ _id: noteId(branchId) }, update, options);
      return upsertedCount > 0;
    } catch (error) {
      if (duplicateIn(error) === 'id') return false;
      throw error;
    }
  }

  /** Until a writer steps aside for this one, or nobody writes any more, or it has been long enough. */
  async #wait(branchId: number): Promise<void> {
    const own = new ObjectId();
    const start = performance.now();
    let head = this.#ends.known(branchId)?.lsn;
    let headSince = start;
    let isNoted = false;
    while (performance.now() - start < LONGEST_WAIT * this.#unit) {
      const note = await this.#meta.findOne({ _id: noteId(branchId) }, { readConcern: { level: 'local' } });
      if (note === null && isNoted) return;
      isNoted = note === null ? await this.ask(branchId, own) : 'by' in note && own.equals(note.by);
      await sleep(this.#unit * (isNoted ? LOOK : 2 * LOOK) * (0.75 + Math.random() / 2));
      const now = performance.now();
      const { lsn } = await this.#ends.current(branchId);
      if (lsn !== head) {
        head = lsn;
        headSince = now;
      } else if (now - headSince > QUIET * this.#unit) {
        break;
      }
    }
    // Nobody shall step aside for one who does not wait any more.
    await this.#meta.deleteOne({ _id: noteId(branchId), by: own }, { writeConcern: { w: 1 } });
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
