import type { Watch } from '@argon/branch';
import type { Moment, WalEngine } from '@argon/engine';
import type { Lsn } from '@argon/wal';
import type { Site } from '../site/site';

/** A branch, and where it is written to. */
export interface CheckoutTarget {
  readonly engine: WalEngine;
  readonly project: string;
  /** A branch's name. */
  readonly branch: string;
  readonly site: Site;
  /** At most so many documents a second. Default: as fast as it goes. */
  readonly documentsPerSecond?: number | undefined;
  /**
   * How many documents may change in one transaction with the position; what is more comes in steps, which readers of the
   * site see one after the other. Default 1,000; 0: everything in steps.
   */
  readonly atOnce?: number | undefined;
  /** How long a process that gives no sign of life keeps the site to itself, ms. Default 10,000. */
  readonly leaseMs?: number | undefined;
}

export interface CheckoutOptions {
  /** What the branch held then. Default: its head. */
  readonly at?: Moment | undefined;
  /** Whether what is there and is not from this branch may go. What is there and equal stays. */
  readonly overwrite?: boolean | undefined;
  /** Whether the site is made anew: what it says that it holds was dropped since. What is there then is refused. */
  readonly anew?: boolean | undefined;
  /** Told of documents read from the branch or, where contents are compared, from the site. */
  readonly watch?: Watch | undefined;
}

/** How much was done. */
export interface CheckoutCounts {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

export interface CheckoutReport extends CheckoutCounts {
  readonly project: string;
  readonly branch: string;
  /** What the site holds now. */
  readonly lsn: Lsn;
  /** What it held of this branch before; undefined: nothing. */
  readonly from: Lsn | undefined;
  /** Collections and views that the branch has there. */
  readonly collections: number;
}

/** How far behind its branch a site is. */
export interface FollowStatus {
  /** What the site holds; undefined until the first copy is done. */
  readonly lsn: Lsn | undefined;
  /** How long the oldest commit has waited that the site does not have yet, ms; 0 if it has all that are known. */
  readonly lagMs: number;
  /** What went wrong last, as long as it is tried again. */
  readonly failing: unknown;
}
