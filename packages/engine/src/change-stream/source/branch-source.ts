import { Timestamp } from '@argon/bson';
import type { Lsn } from '@argon/wal';
import { operationTime } from '../../cluster-time/operation-time';
import type { EventContext } from '../events/context';
import type { ChangeEvent } from '../events/event';
import { lookUp } from '../events/document-events';
import { PartEvents } from '../events/part-events';
import { resetEvents } from '../events/reset-events';
import { branchLog, Timelines, type LogPart } from '../log/branch-log';
import { afterCommit, comparePlaces, isWhole, LAST_NUMBER, type Place } from '../place';
import type { ResumeToken } from '../resume-token';
import type { Arrivals, Watch } from './arrivals';
import { isBefore, type EventSource, type Progress } from './source';

const NOTHING: readonly ChangeEvent[] = [];

export interface BranchStart {
  readonly place: Place;
  /** The cluster time of that place. */
  readonly clusterTime: Timestamp;
  /** Events before this are not told (`startAtOperationTime`, if it lies ahead). */
  readonly notBefore?: Timestamp;
}

/** The events of one branch, from a place in its log on. */
export class BranchSource implements EventSource {
  #place: Place;
  #clusterTime: Timestamp;
  readonly #notBefore: Timestamp | undefined;
  readonly #timelines: Timelines;
  readonly #parts: PartEvents;
  readonly #watch: Watch | undefined;
  #log: AsyncGenerator<LogPart> | undefined;
  /** Events of a reset, being told. */
  #reset: AsyncGenerator<readonly ChangeEvent[]> | undefined;
  #seen = 0;
  #isOver = false;

  constructor(
    private readonly context: EventContext,
    start: BranchStart,
    /** Undefined: somebody else knows when to ask again. */
    arrivals: Arrivals | undefined,
  ) {
    this.#place = start.place;
    this.#clusterTime = start.clusterTime;
    this.#notBefore = start.notBefore;
    this.#timelines = new Timelines(context.store);
    this.#parts = new PartEvents(context, this.#timelines);
    this.#watch = arrivals?.watch(context.branchId, this.#place.lsn);
  }

  get token(): ResumeToken {
    return this.#tokenAt(this.#place, this.#clusterTime);
  }

  /** The last commit that something was told of. */
  get lsn(): Lsn {
    return this.#place.lsn;
  }

  async next(): Promise<Progress> {
    if (this.#isOver) return { events: [], isAtEnd: true, isOver: true };
    if (this.#reset !== undefined) return this.#nextOfReset(this.#reset);
    if (this.#log === undefined) {
      this.#seen = this.#watch?.version ?? 0;
      this.#log = branchLog(this.context.store, this.context.branchId, this.#place);
    }
    const part = await this.#log.next();
    if (part.done === true) {
      this.#log = undefined;
      return { events: [], isAtEnd: true, isOver: false };
    }
    const { commit } = part.value;
    if (part.value.kind === 'reset') {
      this.#timelines.forget();
      this.#parts.forget();
      if (isWhole(this.#place) && this.#place.lsn === commit.lsn) return this.#progress(NOTHING);
      this.#reset = resetEvents(this.context, commit);
      return this.#nextOfReset(this.#reset, commit.lsn);
    }
    this.#timelines.pass(part.value);
    const made = await this.#parts.of(part.value);
    const events = made.filter((event) => comparePlaces(event.place, this.#place) > 0);
    await lookUp(this.context, events);
    const { entries, to } = part.value;
    const last = entries[to - 1]!.lsn;
    const place: Place =
      last === commit.lsn
        ? afterCommit(last)
        : { lsn: commit.lsn, at: last, number: LAST_NUMBER, isInvalidate: false };
    return this.#progress(events, place, operationTime(commit));
  }

  async arrival(signal: AbortSignal): Promise<void> {
    await this.#watch?.wait(this.#seen, signal);
  }

  close(): void {
    this.#isOver = true;
    this.#watch?.close();
    void this.#log?.return(undefined).catch(() => undefined);
    void this.#reset?.return(undefined).catch(() => undefined);
    this.#log = this.#reset = undefined;
  }

  async #nextOfReset(
    reset: AsyncGenerator<readonly ChangeEvent[]>,
    lsn = this.#place.lsn,
  ): Promise<Progress> {
    const batch = await reset.next();
    if (batch.done === true) {
      this.#reset = undefined;
      return this.#progress(NOTHING, afterCommit(lsn));
    }
    const last = batch.value.at(-1);
    return last === undefined
      ? this.#progress(NOTHING)
      : this.#progress(batch.value, last.place, last.clusterTime);
  }

  #progress(made: readonly ChangeEvent[], place = this.#place, clusterTime = this.#clusterTime): Progress {
    let events = made.filter((event) => comparePlaces(event.place, this.#place) > 0);
    const { scope } = this.context;
    const end = scope.kind === 'cluster' ? -1 : events.findIndex((each) => each.place.isInvalidate);
    if (end >= 0) {
      events = events.slice(0, end + 1);
      this.#isOver = true;
      this.#place = events[end]!.place;
    } else if (comparePlaces(place, this.#place) > 0) {
      this.#place = place;
    }
    this.#clusterTime = clusterTime;
    const notBefore = this.#notBefore;
    if (notBefore !== undefined) events = events.filter((event) => !isBefore(event.clusterTime, notBefore));
    return {
      events: events.map((event) => ({ event, token: this.#tokenAt(event.place, event.clusterTime) })),
      isAtEnd: false,
      isOver: this.#isOver,
    };
  }

  #tokenAt(place: Place, at: Timestamp): ResumeToken {
    const later = this.#notBefore !== undefined && isBefore(at, this.#notBefore) ? this.#notBefore : at;
    return { clusterTime: later, branchId: this.context.branchId, place };
  }
}
