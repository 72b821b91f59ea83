import type { Binary, Long } from 'mongodb';
import type { Operation, UpdateForm } from '../../../entry/entry';

/*
 * What `wal_log` holds.
 *
 * The commits of one append are a group: they follow each other and become visible together. A group is one record
 * (a document of `wal_log`), or, when it is larger than about 64 KiB, several. The last record of a group seals it: it
 * alone has `sealed: true` and `after`, and the unique index on {branch_id, after} lets exactly one group follow
 * another. Unsealed records whose seal does not exist are the remains of a writer that died or lost; nobody sees them.
 *
 * A document too large for a record beside anything else lies in parts: records without entries, before the record
 * of its entry.
 */

/** Orders a branch's records as its log runs. `part` tells records with the same last LSN apart. */
export interface RecordId {
  readonly branch_id: Long;
  readonly lsn: Long;
  readonly part: number;
}

export interface StoredActor {
  readonly user: string;
  readonly app: string;
}

/** An entry within a record. What all entries of a record share (branch, time) stands on the record. */
export interface StoredEntry {
  readonly lsn: Long;
  readonly operation: Operation;
  /** Of an update, if it is known. */
  readonly form?: UpdateForm;
  readonly collection: string;
  /** The document's `_id`; left out for control entries. */
  readonly document_id?: unknown;
  /** Instead of `document_id`, if a driver would not write the value back as it is: BSON of {'': _id}. */
  readonly document_id_bson?: Binary;
  /** Post-image or arguments; left out if there is none. */
  readonly document?: unknown;
  /** Instead of `document`, if a driver would not write it back byte for byte: its BSON. */
  readonly document_bson?: Binary;
  /** Instead of both: how many records before this one hold {'': _id} and the document, one after the other. */
  readonly parts?: number;
  readonly prev_lsn: Long;
  readonly record_lsn: Long;
  readonly commit_lsn: Long;
  /** Only if it is not the record's. */
  readonly actor?: StoredActor;
  /** What the writer noted with the commit; on its last entry. */
  readonly note?: Binary;
  readonly checksum: Long;
}

/** What every record has. */
interface RecordBase {
  readonly _id: RecordId;
  readonly branch_id: Long;
  /** LSNs of the record's first and last entries. */
  readonly first_lsn: Long;
  readonly lsn: Long;
  readonly timestamp: Date;
}

/** What compaction adds to the seal of a group that lost entries. The seal itself stays, even if it is all that is left. */
export interface CompactedSeal {
  /** How many entries of the group are left. */
  readonly count?: number;
  /** The last commit of the group of which something is left; left out if nothing is. */
  readonly kept_lsn?: Long;
  /** The commit that the group's first commit follows by now, if it is not the one at `after`, which is gone. */
  readonly follows?: Long;
}

/** Seals a group, and holds its last entries. */
export interface SealedRecord extends RecordBase, CompactedSeal {
  readonly sealed: true;
  /** The LSN of the commit that the group's first commit follows; left out on a branch's birth. */
  readonly after?: Long;
  /** The first LSN of the group. */
  readonly group_lsn: Long;
  /** The newest entry, up to this record, that concerns the branch itself (its birth, a new name, a reset, its end). */
  readonly ref_lsn: Long;
  /** The group ends the branch's life: nothing may follow. */
  readonly closed?: true;
  /** The record of the branch's creation: where its chain starts. */
  readonly birth?: { readonly start_lsn: Long };
  readonly actor: StoredActor;
  readonly entries: readonly StoredEntry[];
}

/** Entries of a group that a later record seals. */
export interface UnsealedRecord extends RecordBase {
  readonly sealed: false;
  /** The LSN of the record that seals the group, if it exists. */
  readonly seal_lsn: Long;
  readonly actor: StoredActor;
  readonly entries: readonly StoredEntry[];
}

/** A part of a large document. */
export interface PartRecord extends RecordBase {
  readonly sealed: false;
  readonly seal_lsn: Long;
  readonly data: Binary;
}

export type LogRecord = SealedRecord | UnsealedRecord | PartRecord;

/** One group as it goes into the log; the last record seals the others. */
export interface RecordGroup {
  readonly branchId: number;
  readonly after: number;
  readonly firstLsn: number;
  readonly lsn: number;
  readonly records: readonly LogRecord[];
}

/** Entries are packed into records until one is about this large (bytes). */
export const RECORD_BYTES = 64 * 1024;
/** No record has more entries than this, however small they are. */
export const RECORD_ENTRIES = 1000;
/** A document (with its `_id`) beyond this many bytes is stored in parts; with the entry's other fields, 16 MiB are the limit. */
export const WHOLE_BYTES = 15 * 1024 * 1024;
/** Bytes of one part. */
export const PART_BYTES = 8 * 1024 * 1024;
