import type { Tail } from '../state/branch-state';

/** When snapshots are taken by themselves. All of it weighs what a snapshot saves against what it costs. */
export interface SnapshotPolicy {
  /** Entries since the last snapshot before one is taken while writes go on. Default 8,192. */
  readonly entries?: number;
  /** Entries after which one is taken whatever it costs. Default 65,536. */
  readonly maxEntries?: number;
  /** Entries since the last snapshot that make one worth taking when the branch is at rest, or at close. Default 1,000. */
  readonly idleEntries?: number;
  /** Milliseconds without a commit that count as rest. Default 2,000. */
  readonly idle?: number;
}

export const DEFAULT_POLICY: Required<SnapshotPolicy> = {
  entries: 8_192,
  maxEntries: 65_536,
  idleEntries: 1_000,
  idle: 2_000,
};

/** What the last snapshot of a branch cost. */
export interface SnapshotCost {
  /** Milliseconds that it took. */
  readonly duration: number;
  /** When it was done, ms, by the monotonic clock. */
  readonly at: number;
}

/** The share of time that snapshots may take while writes go on: one in ten. */
const SHARE = 10;

/** Whether a busy branch is due. */
export function isDue(
  { entries }: Tail,
  policy: Required<SnapshotPolicy>,
  last: SnapshotCost | undefined,
  now: number,
): boolean {
  if (entries < policy.entries) return false;
  if (entries >= policy.maxEntries || last === undefined) return true;
  return now - last.at >= SHARE * last.duration;
}
