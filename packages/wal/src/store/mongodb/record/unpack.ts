import {
  decodeDocument,
  documentAt,
  elements,
  elementValue,
  findElement,
  type RawElement,
  type Value,
} from '@argon/bson';
import {
  type Actor,
  type Entry,
  type Lsn,
  NOBODY,
  type Operation,
  type UpdateForm,
} from '../../../entry/entry';

/** A record as read: its own fields decoded, its entries still bytes. */
export interface ReadRecord {
  readonly branchId: number;
  readonly firstLsn: Lsn;
  readonly lsn: Lsn;
  readonly sealed: boolean;
  /** The record that seals this one's group; itself if it is sealed. */
  readonly sealLsn: Lsn;
  /** −1 on unsealed records and on a branch's birth. */
  readonly after: Lsn;
  readonly groupLsn: Lsn;
  /** What compaction left of a group's entries, on its seal; −1 if all are there. */
  readonly count: number;
  /** The last commit of which something is left: the seal's own LSN unless compacted, −1 if nothing is. */
  readonly keptLsn: Lsn;
  /** The commit before: `after` unless compacted. */
  readonly follows: Lsn;
  readonly isBirth: boolean;
  readonly timestamp: number;
  readonly actor: Actor;
  /** The encoded array of entries; undefined for a part. */
  readonly entries: Uint8Array | undefined;
  /** A part's bytes. */
  readonly data: Uint8Array | undefined;
}

/** An empty BSON document: stands for parts that are not at hand. */
export const EMPTY_DOCUMENT: Uint8Array = Buffer.from([5, 0, 0, 0, 0]);

/** Gives what lies in the parts of the entry at `lsn`: {'': _id} and, if it has one, its document. */
export type PartReader = (lsn: Lsn, count: number) => Uint8Array;

/** Reads a record; nothing is copied, so the result lives as long as `bytes`. */
export function readRecord(bytes: Uint8Array): ReadRecord {
  let branchId = 0;
  let firstLsn = 0;
  let lsn = 0;
  let sealed = false;
  let sealLsn = 0;
  let after = -1;
  let groupLsn = 0;
  let count = -1;
  let keptLsn = -1;
  let follows = -1;
  let isBirth = false;
  let timestamp = 0;
  let actor: Actor = NOBODY;
  let entries: Uint8Array | undefined;
  let data: Uint8Array | undefined;
  for (const field of elements(bytes)) {
    switch (field.name) {
      case 'branch_id':
        branchId = readInteger(bytes, field);
        break;
      case 'first_lsn':
        firstLsn = readInteger(bytes, field);
        break;
      case 'lsn':
        lsn = readInteger(bytes, field);
        break;
      case 'sealed':
        sealed = bytes[field.start] === 1;
        break;
      case 'seal_lsn':
        sealLsn = readInteger(bytes, field);
        break;
      case 'after':
        after = readInteger(bytes, field);
        break;
      case 'group_lsn':
        groupLsn = readInteger(bytes, field);
        break;
      case 'count':
        count = readInteger(bytes, field);
        break;
      case 'kept_lsn':
        keptLsn = readInteger(bytes, field);
        break;
      case 'follows':
        follows = readInteger(bytes, field);
        break;
      case 'birth':
        isBirth = true;
        break;
      case 'timestamp':
        timestamp = (elementValue(bytes, field) as Date).getTime();
        break;
      case 'actor':
        actor = readActor(bytes, field);
        break;
      case 'entries':
        entries = documentAt(bytes, field);
        break;
      case 'data':
        data = bytes.subarray(field.start + 5, field.end);
        break;
      default:
    }
  }
  if (sealed) sealLsn = lsn;
  if (sealed && count < 0) keptLsn = lsn;
  if (follows < 0) follows = after;
  return {
    branchId,
    firstLsn,
    lsn,
    sealed,
    sealLsn,
    after,
    groupLsn,
    count,
    keptLsn,
    follows,
    isBirth,
    timestamp,
    actor,
    entries,
    data,
  };
}

/** A record's entries that `wanted` accepts (all unless given), in order. Their bytes are copies. */
export function* readEntries(
  record: ReadRecord,
  parts: PartReader,
  wanted?: (lsn: Lsn) => boolean,
): Generator<Entry> {
  const { entries } = record;
  if (entries === undefined) return;
  for (const item of elements(entries)) {
    if (wanted !== undefined && !wanted(lsnOf(entries, item))) continue;
    yield readEntry(record, entries, item, parts);
  }
}

/** The documents of a record's entries that `wanted` accepts, and nothing else of them. */
export function* readDocuments(
  record: ReadRecord,
  parts: PartReader,
  wanted: (lsn: Lsn) => boolean,
): Generator<readonly [Lsn, Uint8Array | undefined]> {
  const { entries } = record;
  if (entries === undefined) return;
  for (const item of elements(entries)) {
    const lsn = lsnOf(entries, item);
    if (!wanted(lsn)) continue;
    yield [lsn, readDocument(entries, item, parts, lsn)];
  }
}

function lsnOf(entries: Uint8Array, item: RawElement): Lsn {
  const field = findElement(entries, 'lsn', item.start);
  return field === undefined ? 0 : readInteger(entries, field);
}

function readEntry(record: ReadRecord, entries: Uint8Array, item: RawElement, parts: PartReader): Entry {
  const source = entries.subarray(item.start, item.end);
  let lsn = 0;
  let operation: Operation = 'insert';
  let form: UpdateForm | undefined;
  let collection = '';
  let documentId: Value = null;
  let document: Uint8Array | null = null;
  let prevLsn = 0;
  let recordLsn = 0;
  let commitLsn = 0;
  let actor = record.actor;
  let note: Uint8Array | undefined;
  let checksum = 0;
  for (const field of elements(source)) {
    switch (field.name) {
      case 'lsn':
        lsn = readInteger(source, field);
        break;
      case 'operation':
        operation = elementValue(source, field) as Operation;
        break;
      case 'form':
        form = elementValue(source, field) as UpdateForm;
        break;
      case 'collection':
        collection = elementValue(source, field) as string;
        break;
      case 'document_id':
        documentId = elementValue(source, field);
        break;
      case 'document_id_bson':
        documentId = decodeDocument(binaryAt(source, field)).get('') ?? null;
        break;
      case 'document':
        document = copy(documentAt(source, field));
        break;
      case 'document_bson':
        document = copy(binaryAt(source, field));
        break;
      case 'parts': {
        const whole = parts(lsn, readInteger(source, field));
        const idEnd = documentLength(whole);
        documentId = decodeDocument(whole).get('') ?? null;
        document = whole.length > idEnd ? whole.subarray(idEnd) : null;
        break;
      }
      case 'prev_lsn':
        prevLsn = readInteger(source, field);
        break;
      case 'record_lsn':
        recordLsn = readInteger(source, field);
        break;
      case 'commit_lsn':
        commitLsn = readInteger(source, field);
        break;
      case 'actor':
        actor = readActor(source, field);
        break;
      case 'note':
        note = copy(binaryAt(source, field));
        break;
      case 'checksum':
        checksum = readInteger(source, field);
        break;
      default:
    }
  }
  const entry = {
    lsn,
    timestamp: record.timestamp,
    branchId: record.branchId,
    operation,
    collection,
    documentId,
    document,
    prevLsn,
    recordLsn,
    commitLsn,
    actor,
    ...(note === undefined ? {} : { note }),
    checksum,
  };
  return form === undefined ? entry : { ...entry, form };
}

function readDocument(
  entries: Uint8Array,
  item: RawElement,
  parts: PartReader,
  lsn: Lsn,
): Uint8Array | undefined {
  const plain = findElement(entries, 'document', item.start);
  if (plain !== undefined) return copy(documentAt(entries, plain));
  const bytes = findElement(entries, 'document_bson', item.start);
  if (bytes !== undefined) return copy(binaryAt(entries, bytes));
  const count = findElement(entries, 'parts', item.start);
  if (count === undefined) return undefined;
  const whole = parts(lsn, readInteger(entries, count));
  const idEnd = documentLength(whole);
  return whole.length > idEnd ? whole.subarray(idEnd) : undefined;
}

function readActor(bytes: Uint8Array, field: RawElement): Actor {
  const actor = decodeDocument(bytes, field.start);
  return { user: String(actor.get('user') ?? ''), app: String(actor.get('app') ?? '') };
}

function binaryAt(bytes: Uint8Array, field: RawElement): Uint8Array {
  return bytes.subarray(field.start + 5, field.end);
}

function documentLength(bytes: Uint8Array): number {
  return bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16) | (bytes[3]! << 24);
}

/** Replies are read into large shared buffers; a document that is kept must not keep those. */
function copy(bytes: Uint8Array): Uint8Array {
  return Buffer.from(Uint8Array.prototype.slice.call(bytes).buffer);
}

/** An integer of any BSON number type: another tool may have written it back as a double. */
function readInteger(bytes: Uint8Array, field: RawElement): number {
  const { type, start } = field;
  if (type === 18) return int32(bytes, start + 4) * 2 ** 32 + (int32(bytes, start) >>> 0);
  if (type === 16) return int32(bytes, start);
  return Number(elementValue(bytes, field));
}

function int32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
