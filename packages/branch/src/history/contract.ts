import type { Doc, Value } from '@argon/bson';
import type { Actor, Lsn } from '@argon/wal';
import type { FieldPath } from '../document/changes';
import type { Place } from '../place/places';
import type { LoggedChange } from './logged-change';

/** Which changes of a place's history are wanted; all that is given must hold. */
export interface ChangesRequest extends Place {
  /** Of the collection that is called so there, whatever it was called before. */
  readonly collection?: string;
  /** Of the document with this `_id`. */
  readonly id?: Value;
  /** Of documents that match it, before the change or after: MongoDB's filter. */
  readonly filter?: Doc;
  /** By this user or application. */
  readonly actor?: string;
  /** Not before and not after these times, ms since the epoch. */
  readonly since?: number;
  readonly until?: number;
  /** With what resets hid. */
  readonly includeHidden?: boolean;
}

/** Which changes are wanted as they come. */
export interface FollowRequest extends Pick<
  ChangesRequest,
  'project' | 'name' | 'collection' | 'id' | 'actor'
> {
  /** Those that come after this commit of the branch. */
  readonly after: Lsn;
}

export interface VersionsRequest extends Place {
  readonly collection: string;
  readonly id: Value;
  readonly limit?: number;
  /**
   * Only since the document was last inserted. Whether it had been there before takes reading the log down to its
   * beginning, where all else costs no more than the versions do.
   */
  readonly onlyLastLife?: boolean;
}

export interface BlameRequest extends Place {
  readonly collection: string;
  readonly id: Value;
}

/** Who gave a field the value that it has. */
export interface BlamedField {
  readonly path: FieldPath;
  readonly value: Value;
  /** The version that did. */
  readonly change: LoggedChange;
  /** The version before that is gone (compacted), so the value may be older. */
  readonly isOlder: boolean;
}

export interface DeletedRequest extends Place {
  /** Lost at this time (ms since the epoch) or later. */
  readonly since?: number;
  /** Of this collection, as it is called now. */
  readonly collection?: string;
}

/** A document that was there, and is not now. */
export interface LostDocument {
  /** Its collection, as it is called now; if it was dropped, as it was called. */
  readonly collection: string;
  readonly id: Value;
  /** Its last version, and the LSN of that; undefined if compaction took it. */
  readonly bytes: Uint8Array | undefined;
  readonly lsn: Lsn;
  /** What took it away: it alone, or its whole collection. */
  readonly how: 'delete' | 'drop_collection' | 'rename_collection';
  readonly lostLsn: Lsn;
  /** ms since the epoch */
  readonly lostAt: number;
  readonly actor: Actor;
}

/** Which deleted documents to bring back; all that is given must hold. */
export interface RecoverRequest {
  readonly project: string;
  readonly branch: string;
  readonly collection?: string;
  /** Of the collection, which must be named. */
  readonly ids?: readonly Value[];
  /** Of what their last version was. */
  readonly filter?: Doc;
  /** Lost at this time (ms since the epoch) or later. */
  readonly since?: number;
}

/** What a recovery would do, or did. */
export interface RecoverReport {
  readonly branch: string;
  /** The head that it was computed from. */
  readonly from: Lsn;
  readonly recovered: number;
  /** The first of them, without their bytes. */
  readonly examples: readonly Omit<LostDocument, 'bytes'>[];
  /** Of the ids asked for: those that are there, and were left alone. */
  readonly present: readonly Value[];
  /** Of the ids asked for: those that were never there, or are compacted. */
  readonly unknown: readonly Value[];
  /** Documents whose last version compaction took. */
  readonly compacted: number;
  /** The commit, once made; undefined if there was nothing to do. */
  readonly head: Lsn | undefined;
}
