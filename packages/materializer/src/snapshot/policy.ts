import type { Tail } from '../state/branch-state';

/** When snapshots are taken by themselves. All of it weighs what a snapshot saves against what it costs. */
export interface SnapshotPolicy {
  /** Entries since the last snapshot before one is taken while writes go on. Default 8,192. */
  readonly entries?: number;
  /** Entries after which one is taken whatever it costs. Default 32,768. */
  readonly maxEntries?: number;
  /** Entries since the last snapshot that make one worth taking when the branch is at rest, or at close. Default 1,000. */
  readonly idleEntries?: number;
  /** Milliseconds without a commit that count as rest. Default 2,000. */
  readonly idle?: number;
  /**
   * Bytes of documents since the last snapshot that weigh as much as `entries` do, whichever is more; the other two numbers
   * of entries weigh in proportion. Default 64 MiB.
   */
  readonly bytes?: number;
}

export const DEFAULT_POLICY: Required<SnapshotPolicy> = {
  entries: 8_192,
  maxEntries: 32_768,
  idleEntries: 1_000,
  idle: 2_000,
  bytes: 64 << 20,
};

/** A tail in entries: large documents weigh more than they are, as to replay and to hold them takes longer. */
export function weightOf({ entries, bytes }: Tail, policy: Required<SnapshotPolicy>): number {
  return Math.max(entries, (bytes / policy.bytes) * policy.entries);
}

/** What the last snapshot of a branch cost. */
export interface SnapshotCost {
  /** Milliseconds that it took. */
  readonly duration: number;
  /** Entries that it took in. */
  readonly entries: number;
}

/** The share of time that snapshots may take while writes go on: one in ten. */
const SHARE = 10;

/** Milliseconds per entry that a snapshot is taken to cost before there has been one. */
const ENTRY_COST = 0.005;

/**
 * Whether a busy branch is due.
 * @param since when it last had nothing to take in, or the last snapshot was done: ms, by the monotonic clock
 */
export function isDue(
  tail: Tail,
  policy: Required<SnapshotPolicy>,
  last: SnapshotCost | undefined,
  since: number,
  now: number,
): boolean {
  const weight = weightOf(tail, policy);
  if (weight < policy.entries) return false;
  if (weight >= policy.maxEntries) return true;
  const { entries } = tail;
  // Whether the entries are scattered or not, as many more take about as much longer.
  const duration =
    last === undefined ? ENTRY_COST * entries : last.duration * Math.max(1, entries / last.entries);
  return now - since >= SHARE * duration;
}
