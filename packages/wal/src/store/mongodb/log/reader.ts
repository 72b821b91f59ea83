import { Long } from 'mongodb';
import type { Commit, Lsn } from '../../../entry/entry';
import { BATCH_BYTES, commitBytes } from '../../../log/batches';
import { StoreCorruptError } from '../../errors';
import type { Head, LogRange } from '../../store';
import { CHAIN_INDEX, type Collections, LSN_INDEX, TIME_INDEX } from '../collections';
import { assembleGroup, GroupCollector, type ReadGroup } from '../record/assemble';
import { readRecord, type ReadRecord } from '../record/unpack';

/** Records per reply, and so the most that is read in vain when a reader stops early. */
const REPLY_RECORDS = 100;
/** Reading restarts where writers have overtaken it; this often without getting further means damage. */
const MOST_RESTARTS = 20;

/** The greatest time that a Date can hold, ms. */
const LAST_DATE = 8.64e15;

/** Reads branches' chains in order. */
export class LogReader {
  readonly #log: Collections['log'];
  readonly #location: string;

  constructor(log: Collections['log'], location: string) {
    this.#log = log;
    this.#location = location;
  }

  /** The commits of a chain in a range, in batches of bounded bytes. */
  async *commits(branchId: number, range: LogRange): AsyncGenerator<readonly Commit[], void, undefined> {
    const through = range.through ?? Number.POSITIVE_INFINITY;
    if (through <= range.after) return;
    let batch: Commit[] = [];
    let bytes = 0;
    for await (const group of this.#groups(branchId, range.after, through)) {
      for (const commit of group.commits) {
        if (commit.lsn <= range.after || commit.lsn > through) continue;
        batch.push(commit);
        bytes += commitBytes(commit);
        if (bytes < BATCH_BYTES) continue;
        yield batch;
        batch = [];
        bytes = 0;
      }
    }
    if (batch.length > 0) yield batch;
  }

  /** The last commit at or before an LSN or a time (ms). */
  async commitAtOrBefore(
    branchId: number,
    bound: { timestamp: number } | { lsn: Lsn },
  ): Promise<Head | undefined> {
    if ('timestamp' in bound) return this.#lastUntil(branchId, bound.timestamp);
    const seal = await this.#sealAfter(branchId, bound.lsn);
    if (seal === undefined) return undefined;
    const { timestamp, keptLsn } = seal;
    if (keptLsn >= 0 && keptLsn <= bound.lsn) return { lsn: keptLsn, timestamp };
    // The LSN lies within the group: look for a commit of the group that ends at or before it.
    if (keptLsn >= 0 && bound.lsn >= seal.groupLsn) {
      const group = await this.#readGroup(branchId, seal);
      let last: Lsn | undefined;
      for (const commit of group.commits) if (commit.lsn <= bound.lsn) last = commit.lsn;
      if (last !== undefined) return { lsn: last, timestamp };
    }
    return this.#commitBefore(branchId, seal);
  }

  /** The commit that a group's first one follows; undefined if it is the first of the chain. */
  async #commitBefore(branchId: number, seal: ReadRecord): Promise<Head | undefined> {
    const isNext = seal.follows === seal.after;
    const before = isNext
      ? await this.#sealAt(branchId, seal.after)
      : await this.#sealAfter(branchId, seal.follows);
    if (before === undefined || before.isBirth) return undefined;
    return { lsn: seal.follows, timestamp: before.timestamp };
  }

  /** The greatest LSN of any commit in the log. A branch that was just made may not have its birth there yet. */
  async lastLsn(): Promise<Lsn> {
    const last = await this.#log.findOne(
      { sealed: true },
      { projection: { _id: 0, lsn: 1 }, sort: { lsn: -1 }, hint: LSN_INDEX },
    );
    return last === null ? 0 : Number(last.lsn);
  }

  /**
   * Groups from the one after `after` to the one that holds `through`. A commit that lands between two replies may
   * lie before the reader's place (LSNs come from blocks), so each group must follow the one before it; if one is
   * missing, reading starts again behind the last that is certain.
   */
  async *#groups(branchId: number, after: Lsn, through: Lsn): AsyncGenerator<ReadGroup> {
    let last = after;
    let isFirst = true;
    for (let restarts = 0; restarts < MOST_RESTARTS; restarts++) {
      let overtaken = false;
      for await (const group of this.#run(branchId, last, through)) {
        if (!(await this.#follows(branchId, group, last, isFirst))) {
          overtaken = true;
          break;
        }
        isFirst = false;
        restarts = 0;
        last = group.lsn;
        yield group;
        if (last >= through) return;
      }
      if (!overtaken) {
        if (Number.isFinite(through)) yield* this.#groupOver(branchId, last, through);
        return;
      }
    }
    throw new StoreCorruptError(
      this.#location,
      `the log of branch ${branchId} has a gap after LSN ${last}: a commit or a part of one is missing`,
    );
  }

  async #follows(branchId: number, group: ReadGroup, last: Lsn, isFirst: boolean): Promise<boolean> {
    if (group.after <= last) return true;
    if (!isFirst) return false;
    // A reader may begin below the chain's start, which is on no record of this chain or on that of its birth.
    const before = await this.#sealAt(branchId, group.after);
    return before === undefined || before.isBirth || before.lsn <= last;
  }

  /** Groups as one query gives them. */
  async *#run(branchId: number, after: Lsn, through: Lsn): AsyncGenerator<ReadGroup> {
    const collector = new GroupCollector();
    for await (const record of this.#records(branchId, after + 1, through)) {
      const records = collector.add(record);
      if (records === undefined || record.isBirth) continue;
      // Records may be missing because the range begins within the group, or because they were written after the
      // reader had passed their place; they are all there once the seal is.
      yield assembleGroup(records) ?? (await this.#readGroup(branchId, record));
    }
  }

  /** The group that holds `through` but ends beyond it: the query above does not reach its seal. */
  async *#groupOver(branchId: number, last: Lsn, through: Lsn): AsyncGenerator<ReadGroup> {
    if (last >= through) return;
    const seal = await this.#sealAfter(branchId, through);
    if (seal === undefined || seal.lsn <= through || seal.groupLsn > through) return;
    yield await this.#readGroup(branchId, seal);
  }

  /** A sealed group. */
  async #readGroup(branchId: number, seal: ReadRecord): Promise<ReadGroup> {
    const records: ReadRecord[] = [];
    for await (const record of this.#records(branchId, seal.groupLsn, seal.lsn)) {
      if (record.sealLsn === seal.lsn) records.push(record);
    }
    const group = assembleGroup(records);
    if (group !== undefined) return group;
    throw new StoreCorruptError(
      this.#location,
      `the commit that ends at LSN ${seal.lsn} on branch ${branchId} lacks a part`,
    );
  }

  /** Records whose last LSN is in [from, through], in order. */
  async *#records(branchId: number, from: Lsn, through: Lsn): AsyncGenerator<ReadRecord> {
    const id = Long.fromNumber(branchId);
    const upper = Number.isFinite(through)
      ? { branch_id: id, lsn: Long.fromNumber(through + 1), part: 0 }
      : { branch_id: Long.fromNumber(branchId + 1) };
    const range = { $gte: { branch_id: id, lsn: Long.fromNumber(from), part: 0 }, $lt: upper };
    const cursor = this.#log.find<Uint8Array>({ branch_id: id, _id: range } as object, {
      raw: true,
      sort: { _id: 1 },
      hint: '_id_',
      batchSize: REPLY_RECORDS,
    });
    try {
      for await (const bytes of cursor) yield readRecord(bytes);
    } finally {
      await cursor.close();
    }
  }

  async #lastUntil(branchId: number, timestamp: number): Promise<Head | undefined> {
    const bytes = await this.#log
      .find<Uint8Array>(
        {
          branch_id: Long.fromNumber(branchId),
          sealed: true,
          timestamp: { $lte: new Date(Math.min(timestamp, LAST_DATE)) },
        } as object,
        {
          raw: true,
          projection: { entries: 0 },
          sort: { timestamp: -1, lsn: -1 },
          hint: TIME_INDEX,
          limit: 1,
        },
      )
      .next();
    const seal = bytes === null ? undefined : readRecord(bytes);
    if (seal === undefined || seal.isBirth) return undefined;
    return seal.keptLsn >= 0
      ? { lsn: seal.keptLsn, timestamp: seal.timestamp }
      : this.#commitBefore(branchId, seal);
  }

  /** The seal of the group that follows the last commit before `lsn`: it holds `lsn`, or is the last at or before it. */
  async #sealAfter(branchId: number, lsn: Lsn): Promise<ReadRecord | undefined> {
    return this.#seal(
      { branch_id: Long.fromNumber(branchId), after: { $lt: Long.fromNumber(lsn) } },
      CHAIN_INDEX,
    );
  }

  /** The sealing record with this LSN. */
  async #sealAt(branchId: number, lsn: Lsn): Promise<ReadRecord | undefined> {
    const id = Long.fromNumber(branchId);
    const range = {
      $gte: { branch_id: id, lsn: Long.fromNumber(lsn), part: 0 },
      $lt: { branch_id: id, lsn: Long.fromNumber(lsn + 1), part: 0 },
    };
    return this.#seal({ branch_id: id, _id: range }, '_id_');
  }

  async #seal(filter: object, hint: string): Promise<ReadRecord | undefined> {
    const bytes = await this.#log
      .find<Uint8Array>(
        { ...filter, sealed: true },
        {
          raw: true,
          projection: { entries: 0 },
          sort: hint === CHAIN_INDEX ? { after: -1 } : { _id: -1 },
          hint,
          limit: 1,
        },
      )
      .next();
    return bytes === null ? undefined : readRecord(bytes);
  }
}
