import { Histogram } from './histogram';

/** What commands are told apart by. */
export type CommandKind = 'read' | 'write' | 'other';

export const COMMAND_KINDS: readonly CommandKind[] = ['read', 'write', 'other'];

/** What is counted besides durations. */
export const COUNTERS = [
  /** Commands that were answered with an error, by kind. */
  'readFailed',
  'writeFailed',
  'otherFailed',
  /** Commits that became durable, with their entries and the bytes of their documents. */
  'commits',
  'entries',
  'bytes',
  /** Appends that were computed again because another process had moved the head. */
  'lost',
  /** Documents and nodes of snapshots' trees that were asked for, in memory or not. */
  'documentHits',
  'documentMisses',
  'nodeHits',
  'nodeMisses',
  'snapshots',
  'snapshotsFailed',
] as const;

export type Counter = (typeof COUNTERS)[number];

/** What durations are taken of: commands by kind, and appends of commits to the log. */
export const TIMED = [...COMMAND_KINDS, 'append'] as const;

export type Timed = (typeof TIMED)[number];

/** How a process did over some time: what it counted, and how long things took. */
export class PerfCounts {
  readonly counters: Record<Counter, number> = noCounts();
  readonly timed: Readonly<Record<Timed, Histogram>> = {
    read: new Histogram(),
    write: new Histogram(),
    other: new Histogram(),
    append: new Histogram(),
  };

  merge(more: PerfCounts): void {
    for (const name of COUNTERS) this.counters[name] += more.counters[name];
    for (const name of TIMED) this.timed[name].merge(more.timed[name]);
  }

  clear(): void {
    Object.assign(this.counters, noCounts());
    for (const name of TIMED) this.timed[name].clear();
  }
}

function noCounts(): Record<Counter, number> {
  return Object.fromEntries(COUNTERS.map((name) => [name, 0])) as Record<Counter, number>;
}
