import { documentId, type Value } from '@argon/bson';
import { decodeAside, encodedAside, hasOwnId } from '../../../entry/codec';
import type { Actor, Entry, Lsn } from '../../../entry/entry';
import {
  formOfNumber,
  isDocumentOperation,
  operationNumber,
  operationOfNumber,
} from '../../../entry/operations';
import { HAS_ASIDE, HAS_DOCUMENT, HAS_ID, HAS_NOTE, IS_DELTA } from './layout';

/** What a block says of an entry, besides its payload. */
export interface ItemHead {
  readonly lsn: Lsn;
  readonly timestamp: number;
  /** Its number (entry/operations.ts). */
  readonly operation: number;
  readonly collection: string;
  readonly actor: Actor;
  readonly prevLsn: Lsn;
  readonly recordLsn: Lsn;
  readonly commitLsn: Lsn;
  readonly checksum: number;
  /** HAS_DOCUMENT, HAS_ID, IS_DELTA, HAS_NOTE. */
  readonly shape: number;
  /** The branch on whose chain a delta's previous version lies; 0 is this one. */
  readonly baseBranchId: number;
}

/** An entry on its way into a block. */
export interface Item extends ItemHead {
  /** The payload, in two parts: what is told beside the document, and that or a delta. Each may be empty. */
  readonly aside: Uint8Array;
  readonly content: Uint8Array;
}

/** A document as a delta of its previous version. */
export interface PlannedDelta {
  readonly bytes: Buffer;
  readonly baseBranchId: number;
}

const NO_BYTES = Buffer.alloc(0);
/** About what an entry takes besides its payload. */
const HEAD_WEIGHT = 40;

export function itemOf(entry: Entry, delta?: PlannedDelta): Item {
  const { lsn, timestamp, collection, actor, prevLsn, recordLsn, commitLsn, checksum, document } = entry;
  const isOwnId = hasOwnId(entry);
  return {
    lsn,
    timestamp,
    operation: operationNumber(entry),
    collection,
    actor,
    prevLsn,
    recordLsn,
    commitLsn,
    checksum,
    shape:
      (document === null ? 0 : HAS_DOCUMENT) |
      (isOwnId ? HAS_ID : 0) |
      (delta === undefined ? 0 : IS_DELTA) |
      (entry.note === undefined ? 0 : HAS_NOTE),
    baseBranchId: delta === undefined || delta.baseBranchId === entry.branchId ? 0 : delta.baseBranchId,
    aside: encodedAside(entry, isOwnId),
    content: delta?.bytes ?? document ?? NO_BYTES,
  };
}

/** About how many bytes an entry takes uncompressed. */
export function itemWeight(item: Item): number {
  return HEAD_WEIGHT + item.aside.length + item.content.length;
}

/** The entry that an item with this document is; undefined if this version does not know its operation. */
export function entryOf(
  branchId: number,
  head: ItemHead,
  document: Uint8Array | null,
  payload: () => Buffer,
): Entry | undefined {
  const operation = operationOfNumber(head.operation);
  if (operation === undefined) return undefined;
  const aside = head.shape & HAS_ASIDE ? readAside(payload()) : undefined;
  let id: Value | undefined;
  if (head.shape & HAS_ID) {
    id = aside?.id;
  } else if (document !== null && isDocumentOperation(operation)) {
    id = documentId(document);
  }
  const { lsn, timestamp, collection, prevLsn, recordLsn, commitLsn, actor, checksum } = head;
  const form = formOfNumber(head.operation);
  const entry = {
    lsn,
    timestamp,
    branchId,
    operation,
    collection,
    documentId: id ?? null,
    document,
    prevLsn,
    recordLsn,
    commitLsn,
    actor,
    ...(aside?.note === undefined ? {} : { note: aside.note }),
    checksum,
  };
  return form === undefined ? entry : { ...entry, form };
}

/** What a payload begins with, in memory of its own. */
export function readAside(payload: Buffer): ReturnType<typeof decodeAside> {
  return decodeAside(Buffer.from(payload.subarray(0, payload.readInt32LE(0))));
}
