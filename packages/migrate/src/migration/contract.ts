import type { Watch } from '@argon/branch';
import type { VerifyReport } from '../verify/contract';

/** How far a branch is on its way from prefixed collections to the log. */
export type MigrationPhase =
  /** Prefixed collections, and nothing in the log. */
  | 'traditional'
  /** Prefixed collections are served; the log holds a part of them, or all. */
  | 'copied'
  /** The log is served; the prefixed collections are still there, as they were when it was turned over. */
  | 'turned';

export interface BranchMigration {
  readonly branch: string;
  readonly parent: string | null;
  readonly phase: MigrationPhase;
  /** Documents copied so far, of a branch that is being copied; undefined: that is not known. */
  readonly copied: number | undefined;
}

/** What there is to migrate of a branch. */
export interface BranchPlan extends BranchMigration {
  /** Whether flags let it be migrated. */
  readonly allowed: boolean;
  readonly collections: number;
  /** As mongod estimates them. */
  readonly documents: number;
  /** Of documents and indexes, as they lie in mongod. */
  readonly bytes: number;
  /** At `documentsPerSecond`. */
  readonly seconds: number;
  /** What the log cannot have, and would be left out. */
  readonly notes: readonly string[];
}

export interface MigrationOptions {
  readonly documentsPerSecond?: number | undefined;
  /** What the log cannot have may be left out: options, indexes, views. Documents have to be equal in any case. */
  readonly leaveOut?: boolean | undefined;
  /** Both sides are compared before the branch is turned over. Default true. */
  readonly verify?: boolean | undefined;
  /** The branch is turned over even if reads that both sides were asked were answered differently. */
  readonly ignoreShadowReads?: boolean | undefined;
  /** What the log has of the branch is compared with its prefixed collections from end to end, and mended. */
  readonly anew?: boolean | undefined;
  readonly watch?: MigrationWatch | undefined;
}

export interface MigrationWatch extends Watch {
  /** Told when another step begins, which waits for a promise that comes of it. */
  readonly step?: ((step: 'copying' | 'verifying' | 'turning') => void | Promise<void>) | undefined;
}

export interface MigrationReport {
  readonly branch: string;
  /** False: it was there already. */
  readonly turned: boolean;
  /** Undefined: it was not compared. */
  readonly verified: VerifyReport | undefined;
  readonly milliseconds: number;
}
