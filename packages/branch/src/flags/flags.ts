import { createHash } from 'node:crypto';

/** Where a branch's data lives: in the log, or in prefixed collections. */
export type BranchType = 'wal' | 'traditional';

/** What decides between the log and prefixed collections, where a legacy database is attached; without one, nothing has to be. */
export interface Flags {
  /** Whether any branch may be served from the log (`ENABLE_WAL`). Turned off, all go back to their prefixed collections. */
  readonly wal: boolean;
  /** Whether new branches are made in the log unless told otherwise (`ENABLE_WAL_BRANCHES`). */
  readonly walBranches: boolean;
  /** Whether branches that were there before stay as they are, and are not migrated (`WAL_NEW_BRANCHES_ONLY`). */
  readonly newBranchesOnly: boolean;
  /** From when on a branch counts as new, ms since the epoch; null: from now on (`WAL_CUTOFF_DATE`). */
  readonly cutOff: number | null;
  /** Of 100 new branches, how many are made in the log (`WAL_ROLLOUT_PERCENTAGE`). */
  readonly percentage: number;
  /** Of 100 reads of traditional branches whose other side is kept in step, how many that one is asked as well (`WAL_SHADOW_READS`). */
  readonly shadowReads: number;
}

export const DEFAULT_FLAGS: Flags = {
  wal: false,
  walBranches: false,
  newBranchesOnly: true,
  cutOff: null,
  percentage: 100,
  shadowReads: 0,
};

/** Of which type a new branch is made that nobody has told the type of. @param now ms since the epoch */
export function typeOfNew(flags: Flags, name: string, now: number): BranchType {
  const { wal, walBranches, cutOff, percentage } = flags;
  const isNew = cutOff === null || now >= cutOff;
  return wal && walBranches && isNew && rolloutShare(name) < percentage ? 'wal' : 'traditional';
}

/** Whether a branch that exists may be moved into the log. @param createdAt ms since the epoch; null if nobody knows */
export function mayMigrate(flags: Flags, createdAt: number | null): boolean {
  if (!flags.wal) return false;
  if (!flags.newBranchesOnly) return true;
  return flags.cutOff !== null && createdAt !== null && createdAt >= flags.cutOff;
}

/**
 * Where a branch's name stands in a rollout, in [0, 100): always the same for a name, so raising the percentage adds
 * branches and takes none away.
 */
export function rolloutShare(name: string): number {
  const hash = createHash('sha256').update(name).digest();
  return (hash.readUInt32BE(0) / 2 ** 32) * 100;
}
