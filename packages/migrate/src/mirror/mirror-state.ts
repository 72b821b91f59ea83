import type { Timestamp } from '@argon/bson';
import type { Draft } from '@argon/engine';
import type { Lsn } from '@argon/wal';
import type { Site } from '../site/site';
import type { ChangeEvent } from '../stream/change-event';
import { compareTimes } from '../stream/cluster-time';
import type { EventQueue } from '../stream/event-queue';
import type { TargetBranch } from './target-branch';
import type { Position } from './position';

/** What the parts of a mirror share: where it is, and how it moves on. */
export class MirrorState {
  #position: Position;
  /** When the position was written last, ms. */
  #written = Date.now();
  #isWritten = true;
  /** When the last event happened that was applied or passed over. */
  #seen: Timestamp | undefined;
  /** What the log cannot have, each once. */
  readonly notes = new Set<string>();
  /** The oldest event of those applied last took this long, ms. */
  lagMs: number | undefined;

  constructor(
    readonly site: Site,
    readonly queue: EventQueue,
    private readonly branch: TargetBranch,
    position: Position,
    private readonly heartbeatMs: number,
    /** How far the server's clock is ahead, ms. */
    private readonly clockSkew: number,
    private readonly moved: () => void,
  ) {
    this.#position = position;
  }

  get position(): Position {
    return this.#position;
  }

  /** The mirror's newest commit. */
  get head(): Lsn {
    return this.branch.head;
  }

  /** Commits work and the position after it. */
  async commit(work: (draft: Draft) => Promise<Position>, large = false): Promise<void> {
    this.#move(await this.branch.commit(work, large));
    this.#written = Date.now();
    this.#isWritten = true;
  }

  /** The branch needs no change to be there; the position is written with the next commit, or after a while. */
  async pass(next: Position): Promise<void> {
    this.#isWritten = false;
    this.#move(next);
    if (Date.now() - this.#written >= this.heartbeatMs) await this.commit(async () => this.#position);
  }

  /** Says that the process lives, if it has not for a while. */
  async beat(): Promise<void> {
    if (Date.now() - this.#written >= this.heartbeatMs) await this.commit(async () => this.#position);
  }

  /** Writes the position down and gives up the hold on the branch. */
  async release(): Promise<void> {
    await this.branch.commit(async () => ({ ...this.#position, holder: null }));
  }

  /** Ends the mirror for good: the branch is one like others, and follows nothing. */
  async end(): Promise<void> {
    await this.branch.detach();
  }

  get isWritten(): boolean {
    return this.#isWritten;
  }

  /** Remembers what the log cannot have. */
  note(notes: readonly string[]): void {
    for (const note of notes) this.notes.add(note);
  }

  /** Events were applied, or passed over. */
  sawEvents(events: readonly ChangeEvent[]): void {
    this.#seen = events.at(-1)!.time;
    const { wallTime } = events[0]!;
    if (wallTime !== undefined) this.lagMs = Math.max(0, Date.now() + this.clockSkew - wallTime);
  }

  /** Whether nothing was applied that happened after this time. */
  canTake(time: Timestamp): boolean {
    return this.#seen === undefined || compareTimes(this.#seen, time) <= 0;
  }

  /** Whether everything up to this time has come, and was applied. */
  hasCome(time: Timestamp): boolean {
    return compareTimes(this.queue.time, time) >= 0 && !this.queue.hasUpTo(time);
  }

  /** Where the branch is when it shows this time, up to which all was applied. */
  reached(time: Timestamp): Position {
    const { position, queue } = this;
    return { ...position, time, ...(queue.isEmpty ? queue.place : {}) };
  }

  #move(next: Position): void {
    const { time } = this.#position;
    this.#position = compareTimes(next.time, time) < 0 ? { ...next, time } : next;
    this.moved();
  }
}
