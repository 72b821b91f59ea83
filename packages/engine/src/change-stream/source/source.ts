import type { Timestamp } from '@argon/bson';
import type { ChangeEvent } from '../events/event';
import type { ResumeToken } from '../resume-token';

/** An event and the token that a stream would go on with after it. */
export interface Told {
  readonly event: ChangeEvent;
  readonly token: ResumeToken;
}

/** What a source has come to: events in order, perhaps none. */
export interface Progress {
  readonly events: readonly Told[];
  /** Everything that is in the log is told; wait for an arrival before asking again. */
  readonly isAtEnd: boolean;
  /** There will be no further event: the stream was invalidated. */
  readonly isOver: boolean;
}

/** Where change events come from: a branch's log, or those of all branches. */
export interface EventSource {
  /** The next events, a bounded number. @throws what the store throws */
  next(): Promise<Progress>;
  /** Where a stream would go on that has had everything that `next` gave. */
  readonly token: ResumeToken;
  /** Resolves when `next` may have something, or the signal aborts. */
  arrival(signal: AbortSignal): Promise<void>;
  close(): void;
}

export function isBefore(a: Timestamp, b: Timestamp): boolean {
  return a.t < b.t || (a.t === b.t && a.i < b.i);
}
