import { Long } from 'mongodb';
import type { Entry, Lsn } from '../../../entry/entry';
import { StoreCorruptError } from '../../errors';
import { type Collections, ENTRY_INDEX, LSN_INDEX } from '../collections';
import { EMPTY_DOCUMENT, readDocuments, readEntries, readRecord, type ReadRecord } from '../record/unpack';

/** LSNs asked for with one query. */
const QUERY_LSNS = 500;
/** Seals known to exist, so that entries below them need no second look. */
const REMEMBERED_SEALS = 10_000;

/** Reads single entries of a branch's chain by their LSNs. */
export class PointReader {
  readonly #log: Collections['log'];
  readonly #location: string;
  readonly #seals = new Set<Lsn>();

  constructor(log: Collections['log'], location: string) {
    this.#log = log;
    this.#location = location;
  }

  /** In the order asked for; undefined where there is no entry. */
  entries(branchId: number, lsns: readonly Lsn[]): Promise<readonly (Entry | undefined)[]> {
    return this.#read(branchId, lsns, (record, parts, wanted, found) => {
      for (const entry of readEntries(record, parts, wanted)) found.set(entry.lsn, entry);
    });
  }

  /** The same, but only the documents' bytes. */
  documents(branchId: number, lsns: readonly Lsn[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#read<Uint8Array>(branchId, lsns, (record, parts, wanted, found) => {
      for (const [lsn, document] of readDocuments(record, parts, wanted)) {
        if (document !== undefined) found.set(lsn, document);
      }
    });
  }

  async #read<T>(branchId: number, lsns: readonly Lsn[], take: Take<T>): Promise<(T | undefined)[]> {
    const found = new Map<Lsn, T>();
    for (let at = 0; at < lsns.length; at += QUERY_LSNS) {
      await this.#readSome(branchId, lsns.slice(at, at + QUERY_LSNS), take, found);
    }
    return lsns.map((lsn) => found.get(lsn));
  }

  async #readSome<T>(
    branchId: number,
    lsns: readonly Lsn[],
    take: Take<T>,
    found: Map<Lsn, T>,
  ): Promise<void> {
    const id = Long.fromNumber(branchId);
    const asked = lsns.map((lsn) => Long.fromNumber(lsn));
    const cursor = this.#log.find<Uint8Array>({ branch_id: id, 'entries.lsn': { $in: asked } } as object, {
      raw: true,
      hint: ENTRY_INDEX,
      projection: projectEntries(asked),
    });
    const wanted = new Set(lsns);
    const isWanted = (lsn: Lsn) => wanted.has(lsn);
    const unsealed: ReadRecord[] = [];
    const takeFrom = async (record: ReadRecord) => {
      const needed = new Map<Lsn, number>();
      const note = (lsn: Lsn, count: number) => (needed.set(lsn, count), EMPTY_DOCUMENT);
      take(record, note, isWanted, found);
      if (needed.size === 0) return;
      const parts = new Map<Lsn, Uint8Array>();
      for (const [lsn, count] of needed) parts.set(lsn, await this.#readParts(branchId, lsn, count));
      take(record, (lsn) => parts.get(lsn)!, isWanted, found);
    };
    for await (const bytes of cursor) {
      const record = readRecord(bytes);
      if (record.sealed || this.#seals.has(record.sealLsn)) await takeFrom(record);
      else unsealed.push(record);
    }
    if (unsealed.length === 0) return;
    await this.#learnSeals(branchId, unsealed);
    for (const record of unsealed) if (this.#seals.has(record.sealLsn)) await takeFrom(record);
  }

  /** Finds which seals exist: unsealed records count only if theirs does. */
  async #learnSeals(branchId: number, unsealed: readonly ReadRecord[]): Promise<void> {
    const id = Long.fromNumber(branchId);
    const lsns = new Set(unsealed.map(({ sealLsn }) => sealLsn));
    const cursor = this.#log.find(
      {
        branch_id: id,
        lsn: { $in: [...lsns].map((lsn) => Long.fromNumber(lsn)) },
        sealed: true,
      } as object,
      { projection: { _id: 0, lsn: 1 }, hint: LSN_INDEX },
    );
    for await (const { lsn } of cursor) {
      if (this.#seals.size >= REMEMBERED_SEALS) this.#seals.clear();
      this.#seals.add(Number(lsn));
    }
  }

  /** A document that lies in parts, put together. */
  async #readParts(branchId: number, lsn: Lsn, count: number): Promise<Uint8Array> {
    const id = Long.fromNumber(branchId);
    const at = (part: number) => ({ branch_id: id, lsn: Long.fromNumber(lsn), part });
    const cursor = this.#log.find<Uint8Array>(
      { branch_id: id, _id: { $gte: at(0), $lt: at(count) } } as object,
      { raw: true, sort: { _id: 1 }, hint: '_id_' },
    );
    const parts: Uint8Array[] = [];
    for await (const bytes of cursor) parts.push(readRecord(bytes).data ?? new Uint8Array());
    if (parts.length === count) return Buffer.concat(parts);
    throw new StoreCorruptError(
      this.#location,
      `of the ${count} parts of the document at LSN ${lsn} on branch ${branchId}, ${parts.length} are there`,
    );
  }
}

type Take<T> = (
  record: ReadRecord,
  parts: (lsn: Lsn, count: number) => Uint8Array,
  wanted: (lsn: Lsn) => boolean,
  found: Map<Lsn, T>,
) => void;

/**
 * What reading an entry needs: the record's own fields, and of its entries those asked for. They have consecutive LSNs
 * unless some were taken away, so that one entry of a large record costs no more to send than one of a small record.
 */
function projectEntries(asked: readonly Long[]) {
  const inRecord = { $and: [{ $gte: ['$$this', '$first_lsn'] }, { $lte: ['$$this', '$lsn'] }] };
  const those = {
    $map: {
      input: { $filter: { input: asked, cond: inRecord } },
      in: { $arrayElemAt: ['$entries', { $subtract: ['$$this', '$first_lsn'] }] },
    },
  };
  const isWhole = {
    $eq: [{ $size: '$entries' }, { $add: [{ $subtract: ['$lsn', '$first_lsn'] }, 1] }],
  };
  const left = { $filter: { input: '$entries', cond: { $in: ['$$this.lsn', asked] } } };
  return {
    branch_id: 1,
    first_lsn: 1,
    lsn: 1,
    sealed: 1,
    seal_lsn: 1,
    timestamp: 1,
    actor: 1,
    entries: {
      $cond: [{ $eq: ['$first_lsn', '$lsn'] }, '$entries', { $cond: [isWhole, those, left] }],
    },
  };
}
