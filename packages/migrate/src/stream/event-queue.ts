import type { Timestamp } from '@argon/bson';
import type { Site } from '../site/site';
import type { ChangeEvent } from './change-event';
import { ChangeStream } from './change-stream';
import { compareTimes } from './cluster-time';
import { persistently } from './persistent';

/** Events that are applied together: enough to be worth a commit, and not more than memory should hold. */
const MAX_EVENTS = 1000;
const MAX_BYTES = 4 * 1024 * 1024;
/** A transaction is kept together up to so many times that. */
const TRANSACTION_FACTOR = 16;

/** A place in a change stream. */
export interface StreamPlace {
  readonly token: Uint8Array;
  readonly time: Timestamp;
}

/** Events of a site that have come and were not applied yet, and the stream that they come from. */
export class EventQueue {
  #waiting: ChangeEvent[] = [];
  #bytes = 0;

  private constructor(
    private readonly site: Site,
    private stream: ChangeStream,
  ) {}

  /** @throws as ChangeStream.open */
  static async open(site: Site, after?: StreamPlace): Promise<EventQueue> {
    return new EventQueue(site, await persistently(() => ChangeStream.open(site, after)));
  }

  /** Whether the site's server tells of changes of options and indexes. */
  get tellsDefinitions(): boolean {
    return this.stream.tellsDefinitions;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Whether something that happened at or before this time waits. */
  hasUpTo(time: Timestamp): boolean {
    return this.#waiting[0] !== undefined && !isAfter(this.#waiting[0], time);
  }

  /** It holds as much as should be applied at once. */
  get isFull(): boolean {
    return this.#waiting.length >= MAX_EVENTS || this.#bytes >= MAX_BYTES;
  }

  /** The rest of a transaction may still be to come. */
  get isMidTransaction(): boolean {
    const last = this.#waiting.at(-1);
    return last?.inTransaction === true && compareTimes(this.stream.time, last.time) < 0;
  }

  /** Up to when every event has come. */
  get time(): Timestamp {
    return this.stream.time;
  }

  /** After everything that has come. */
  get place(): StreamPlace {
    return { token: this.stream.token, time: this.stream.time };
  }

  /** Takes in what is there; waits up to `wait` ms for the first of it. @throws as ChangeStream.next, after trying again */
  async pull(wait: number): Promise<void> {
    const { token, time } = this.stream;
    let isBroken = false;
    const events = await persistently(async () => {
      if (isBroken) await this.#reopen({ token, time });
      isBroken = true;
      return this.stream.next(wait);
    });
    for (const event of events) {
      this.#waiting.push(event);
      this.#bytes += event.size;
    }
    if (events.at(-1)?.kind === 'invalidate') await this.#reopen(this.place);
  }

  /** Waits until every event up to this time has come, or it is full. */
  async pullThrough(time: Timestamp): Promise<void> {
    while (compareTimes(this.time, time) < 0 && !this.isFull) await this.pull(20);
  }

  /**
   * Takes the first events: one that is about a collection, by itself; or those of documents up to the next such, as many as
   * go together.
   * @param through none after this time
   */
  take(through: Timestamp | undefined): readonly ChangeEvent[] {
    const first = this.#waiting[0];
    if (first === undefined || isAfter(first, through)) return [];
    let count = 1;
    let bytes = first.size;
    if (isPlain(first)) {
      for (; count < this.#waiting.length; count++) {
        const event = this.#waiting[count]!;
        if (!isPlain(event) || isAfter(event, through)) break;
        const isTogether =
          event.inTransaction && compareTimes(event.time, this.#waiting[count - 1]!.time) === 0;
        const factor = isTogether ? TRANSACTION_FACTOR : 1;
        if (count >= factor * MAX_EVENTS || bytes >= factor * MAX_BYTES) break;
        bytes += event.size;
      }
    }
    const taken = this.#waiting.splice(0, count);
    for (const { size } of taken) this.#bytes -= size;
    return taken;
  }

  /** Where the branch is that shows everything up to these events, which were taken last. */
  placeAfter(taken: readonly ChangeEvent[], before: Timestamp): StreamPlace {
    const last = taken.at(-1)!;
    const next = this.#waiting[0];
    if (next === undefined) return { token: this.stream.token, time: later(this.time, before) };
    const time = compareTimes(next.time, last.time) > 0 ? last.time : before;
    return { token: last.token, time: later(time, before) };
  }

  async close(): Promise<void> {
    await this.stream.close();
  }

  async #reopen(after: StreamPlace): Promise<void> {
    await this.stream.close();
    this.stream = await ChangeStream.open(this.site, after);
  }
}

function isPlain({ kind }: ChangeEvent): boolean {
  return kind === 'document' || kind === 'other';
}

function isAfter(event: ChangeEvent, time: Timestamp | undefined): boolean {
  return time !== undefined && compareTimes(event.time, time) > 0;
}

function later(a: Timestamp, b: Timestamp): Timestamp {
  return compareTimes(a, b) < 0 ? b : a;
}
