import type { MaybePromise } from './store';

/** Minutes that are kept of how processes did: a day. */
export const PERF_SLOTS = 1_440;
/** Processes that are told of per minute; those that come later in it are left out. */
export const PERF_PROCESSES = 16;
/** The most that one process has to tell of one minute. */
export const PERF_BYTES = 1_536;

/** How one process did in one minute. */
export interface PerfRecord {
  /** The minute, counted from the epoch. */
  readonly slot: number;
  /** What tells it from other processes, at most 96 characters. */
  readonly process: string;
  /** Its form is the caller's. At most `PERF_BYTES`. */
  readonly bytes: Uint8Array;
}

/**
 * How processes did lately, minute by minute, in a ring of `PERF_SLOTS` × `PERF_PROCESSES` places: what is older than a day
 * is overwritten, so it never takes more than that. Not a part of the log. None of it need survive a crash.
 */
export interface PerfStore {
  /**
   * Keeps a record in the place of what this process told of that minute before. Left out, without an error, where too many
   * others did before, or when others tell of a minute a day later already.
   */
  put(record: PerfRecord): Promise<void>;
  /** What is there of these minutes, the last one included, by minute and process. */
  read(from: number, through: number): MaybePromise<readonly PerfRecord[]>;
}
