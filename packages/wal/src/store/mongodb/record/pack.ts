import { Binary, Long, ObjectId } from 'mongodb';
import { decodeDocument, encodeDocument, type Value } from '@argon/bson';
import type { Actor, Commit, Entry, Lsn } from '../../../entry/entry';
import { isPlain } from './plain';
import {
  type LogRecord,
  PART_BYTES,
  RECORD_BYTES,
  RECORD_ENTRIES,
  type RecordGroup,
  type SealedRecord,
  type StoredActor,
  type StoredEntry,
  WHOLE_BYTES,
} from './shape';

/** What the sealing record says of its branch. */
export interface Seal {
  /** The newest entry about the branch itself before this group. */
  readonly refLsn: Lsn;
  /** Whether the group holds such entries. */
  readonly changesRef?: boolean;
  readonly closed?: boolean;
  /** Set for the group that makes the branch: where its chain starts. */
  readonly startLsn?: Lsn;
}

/** An entry's bytes beside its document and id, roughly. */
const ENTRY_OVERHEAD = 220;

/** Commits that follow each other, as records. */
export function packGroup(commits: readonly Commit[], seal: Seal): RecordGroup {
  const first = commits[0]!;
  const last = commits[commits.length - 1]!;
  const packer = new Packer(commits, seal);
  for (const commit of commits) for (const entry of commit.entries) packer.add(entry);
  return {
    branchId: first.branchId,
    after: first.after,
    firstLsn: first.entries[0]!.lsn,
    lsn: last.lsn,
    records: packer.finish(),
  };
}

class Packer {
  readonly #records: LogRecord[] = [];
  readonly #seal: Seal;
  readonly #after: Lsn;
  readonly #groupLsn: Lsn;
  readonly #lsn: Lsn;
  readonly #branchId: Long;
  readonly #sealLsn: Long;
  readonly #timestamp: Date;
  #entries: StoredEntry[] = [];
  #bytes = 0;
  #firstLsn = 0;
  #lastLsn = 0;
  #actor: Actor | undefined;
  /** Parts written for an entry that is still to be written, and its LSN. */
  #parts = 0;
  #partsLsn = 0;

  constructor(commits: readonly Commit[], seal: Seal) {
    const first = commits[0]!;
    this.#seal = seal;
    this.#after = first.after;
    this.#groupLsn = first.entries[0]!.lsn;
    this.#lsn = commits[commits.length - 1]!.lsn;
    this.#branchId = long(first.branchId);
    this.#sealLsn = long(this.#lsn);
    this.#timestamp = new Date(first.timestamp);
  }

  add(entry: Entry): void {
    const id = storedId(entry);
    let bytes =
      ENTRY_OVERHEAD +
      entry.collection.length +
      id.bytes +
      (entry.document?.length ?? 0) +
      (entry.note?.length ?? 0);
    if (bytes > WHOLE_BYTES) {
      this.#flush();
      const parts = this.#addParts(entry);
      this.#push(entry, { parts });
      bytes = ENTRY_OVERHEAD;
    } else {
      const full = this.#bytes + bytes > RECORD_BYTES || this.#entries.length >= RECORD_ENTRIES;
      if (full) this.#flush();
      this.#push(entry, { ...id.fields, ...storedDocument(entry.document) });
    }
    this.#bytes += bytes;
  }

  finish(): LogRecord[] {
    const { refLsn, changesRef, closed, startLsn } = this.#seal;
    const sealed: SealedRecord = {
      ...this.#base(),
      sealed: true,
      ...(startLsn === undefined ? { after: long(this.#after) } : {}),
      group_lsn: long(this.#groupLsn),
      ref_lsn: changesRef === true ? this.#sealLsn : long(refLsn),
      ...(closed === true ? { closed } : {}),
      ...(startLsn === undefined ? {} : { birth: { start_lsn: long(startLsn) } }),
      actor: storedActor(this.#actor!),
      entries: this.#entries,
    };
    this.#records.push(sealed);
    return this.#records;
  }

  #base() {
    const lsn = long(this.#lastLsn);
    const part = this.#lastLsn === this.#partsLsn ? this.#parts : 0;
    return {
      _id: { branch_id: this.#branchId, lsn, part },
      branch_id: this.#branchId,
      first_lsn: long(this.#firstLsn),
      lsn,
      timestamp: this.#timestamp,
    };
  }

  #push(entry: Entry, payload: Pick<StoredEntry, 'document_id' | 'document' | 'parts'>): void {
    if (this.#entries.length === 0) {
      this.#firstLsn = entry.lsn;
      this.#actor = entry.actor;
    }
    this.#lastLsn = entry.lsn;
    const actor = this.#actor!;
    const isOwnActor = entry.actor.user !== actor.user || entry.actor.app !== actor.app;
    this.#entries.push({
      lsn: long(entry.lsn),
      operation: entry.operation,
      ...(entry.form === undefined ? {} : { form: entry.form }),
      collection: entry.collection,
      ...payload,
      prev_lsn: long(entry.prevLsn),
      record_lsn: long(entry.recordLsn),
      commit_lsn: long(entry.commitLsn),
      ...(isOwnActor ? { actor: storedActor(entry.actor) } : {}),
      ...(entry.note === undefined ? {} : { note: new Binary(entry.note) }),
      checksum: long(entry.checksum),
    });
  }

  #flush(): void {
    if (this.#entries.length === 0) return;
    this.#records.push({
      ...this.#base(),
      sealed: false,
      seal_lsn: this.#sealLsn,
      actor: storedActor(this.#actor!),
      entries: this.#entries,
    });
    this.#entries = [];
    this.#bytes = 0;
  }

  #addParts(entry: Entry): number {
    const id = encodeDocument(new Map([['', entry.documentId]]));
    const whole = Buffer.concat(entry.document === null ? [id] : [id, entry.document]);
    let parts = 0;
    for (let at = 0; at < whole.length; at += PART_BYTES) {
      this.#records.push({
        _id: { branch_id: this.#branchId, lsn: long(entry.lsn), part: parts },
        branch_id: this.#branchId,
        first_lsn: long(entry.lsn),
        lsn: long(entry.lsn),
        timestamp: this.#timestamp,
        sealed: false,
        seal_lsn: this.#sealLsn,
        data: new Binary(whole.subarray(at, at + PART_BYTES)),
      });
      parts += 1;
    }
    this.#parts = parts;
    this.#partsLsn = entry.lsn;
    return parts;
  }
}

function long(value: number): Long {
  return Long.fromNumber(value);
}

export function storedActor(actor: Actor): StoredActor {
  return { user: actor.user, app: actor.app };
}

function storedDocument(document: Uint8Array | null): Pick<StoredEntry, 'document' | 'document_bson'> {
  if (document === null) return {};
  if (isPlain(document)) return { document: decodeDocument(document) };
  return { document_bson: new Binary(document) };
}

interface StoredId {
  readonly fields: Pick<StoredEntry, 'document_id' | 'document_id_bson'>;
  readonly bytes: number;
}

/** The entry's id as a field, and about how many bytes that takes. A null is left out: it reads back as null. */
function storedId(entry: Entry): StoredId {
  const id: Value = entry.documentId;
  if (id === null) return { fields: {}, bytes: 0 };
  if (typeof id === 'number' || id instanceof ObjectId) return { fields: { document_id: id }, bytes: 12 };
  const encoded = encodeDocument(new Map([['', id]]));
  const fields = isPlain(encoded)
    ? { document_id: decodeDocument(encoded).get('') }
    : { document_id_bson: new Binary(encoded) };
  return { fields, bytes: encoded.length };
}
