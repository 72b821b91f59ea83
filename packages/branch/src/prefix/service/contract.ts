/** A traditional branch with what a person wants to know of it. */
export interface TraditionalBranch {
  readonly type: 'traditional';
  /** Its `_id` in `branches`, as text. */
  readonly id: string;
  readonly name: string;
  readonly project: string;
  /** The branch it was copied from, if its record says. */
  readonly parent: string | null;
  /** ms since the epoch; null if its record does not say. */
  readonly createdAt: number | null;
  readonly protected: boolean;
  /** When the branch may be removed (ms since the epoch), or null. */
  readonly expiresAt: number | null;
}

export interface CreateTraditionalOptions {
  /** The branch to copy; default `main`. */
  readonly from?: string;
  readonly protected?: boolean;
  /** When the branch may be removed, ms since the epoch. */
  readonly expiresAt?: number | null;
}
