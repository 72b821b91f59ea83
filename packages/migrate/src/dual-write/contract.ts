import type { BranchType } from '@argon/branch';
import type { Watch } from '@argon/branch';

export interface DualWriteOptions {
  /** Ends it: at rest, between two commits. */
  readonly signal: AbortSignal;
  /** The most documents that are copied in a second. Default: as many as go. */
  readonly documentsPerSecond?: number | undefined;
  /** Told of what is copied, until both sides are in step. */
  readonly progress?: Watch['progress'];
  /** Told once both sides are in step, of what is then known at any time. */
  readonly inStep?: ((status: () => DualWriteStatus) => void) | undefined;
}

/** How far the side of a branch that follows is behind the one that serves it. */
export interface DualWriteStatus {
  readonly branch: string;
  /** The side that serves it, and has the last word. */
  readonly authority: BranchType;
  /** From the authority's commit to being durable on the other side, of what came last, ms; undefined before the first. */
  readonly lagMs: number | undefined;
  /** Why it does not go on just now; it is tried again. */
  readonly failing: unknown;
}
