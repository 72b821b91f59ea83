import type { Timestamp } from '@argon/bson';
import type { WalEngine } from '@argon/engine';
import type { Site } from '../site/site';

export interface MirrorOptions {
  readonly engine: WalEngine;
  readonly project: string;
  /** New, or empty, or a fork without commits of its own, or this site's mirror already. */
  readonly branch: string;
  readonly site: Site;
  /** The user in whose name it commits; default `mirror`. The application is the site's location. */
  readonly user?: string;
  /** The most documents that are copied in a second. Default: as many as go. */
  readonly documentsPerSecond?: number;
  /**
   * Takes the branch as it is, whatever was committed to it: everything is compared with the site, and what is equal stays.
   * Default: a branch with commits of others is refused.
   */
  readonly takeOver?: boolean;
  /** How often a mirror with nothing to do writes down that it lives and how far it is, ms. Default 10,000. */
  readonly heartbeatMs?: number;
}

export interface MirrorStatus {
  readonly phase: 'copying' | 'following';
  /** The collection that is being copied. */
  readonly collection: string | undefined;
  /** Documents copied and events applied, since the mirror began. */
  readonly documents: number;
  readonly events: number;
  /** The moment of the site that the branch shows (of what is copied). */
  readonly time: Timestamp;
  /**
   * How long the oldest of the events that came last took from mongod's clock to being durable here, ms; undefined before
   * the first.
   */
  readonly lagMs: number | undefined;
}

/** What came of copying. */
export interface CopyReport {
  /** Documents that were copied or compared in this run. */
  readonly documents: number;
  /** What the log cannot have, and was left out. */
  readonly notes: readonly string[];
  /** The server's log did not reach back to where the mirror was, so everything was compared. */
  readonly isRestarted: boolean;
}
