import { type ClientSession, Long } from 'mongodb';
import type { Collections, UnsealedNote } from '../collections';
import { untilKnown } from '../connection/until-known';
import { CommitOutcomeUnknownError } from '../errors';
import type { LogRecord, RecordGroup, SealedRecord } from '../record/shape';
import type { ChainEnd, ChainEnds } from './heads';

/**
 * Writes groups of records: the check that nobody else has followed the same commit, the append, and the durable
 * acknowledgement are one insert.
 */
export class LogWriter {
  readonly #collections: Collections;
  readonly #ends: ChainEnds;
  readonly #location: string;
  /** Removals of notes and remains that nobody waits for. */
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(collections: Collections, ends: ChainEnds, location: string) {
    this.#collections = collections;
    this.#ends = ends;
    this.#location = location;
  }

  /**
   * Writes a group unless another follows the same commit: true if it is in the log, false if it is not and never
   * will be. Either way what follows is known and visible to a majority.
   * @throws CommitOutcomeUnknownError
   */
  async write(group: RecordGroup): Promise<boolean> {
    let isFirst = true;
    const written = await this.settle(group, async () => {
      // Writing again is safe: the records' ids are the same.
      const records = isFirst ? group.records : await this.#missing(group);
      isFirst = false;
      if (records.length > 1) await this.#note(group);
      await this.#insert(records);
    });
    if (written) this.#ends.saw(group.branchId, endAfter(group));
    if (group.records.length > 1) this.#inBackground(this.#tidy(group, written));
    return written;
  }

  /**
   * Tries until it is known what follows the commit that the group is to follow: true if it is this group. If an
   * answer was lost, the group's LSNs, which nobody else has, tell whose commit it is.
   */
  async settle(group: RecordGroup, attempt: () => Promise<void>): Promise<boolean> {
    const { branchId, after, lsn } = group;
    const following = await untilKnown({
      attempt,
      look: () => this.#ends.following(branchId, after),
      unknown: (cause) => new CommitOutcomeUnknownError(this.#location, `a commit after LSN ${after}`, cause),
    });
    return following === 'done' || following.lsn === lsn;
  }

  /** Writes a group as a part of a transaction. A duplicate key is the caller's to understand. */
  async writeWithin(session: ClientSession, records: readonly LogRecord[]): Promise<void> {
    const { log } = this.#collections;
    if (records.length === 1) await log.insertOne(records[0]!, { session });
    else await log.insertMany([...records], { session });
  }

  /** Waits for what nobody waits for. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  async #insert(records: readonly LogRecord[]): Promise<void> {
    const { log } = this.#collections;
    if (records.length === 1) await log.insertOne(records[0]!);
    else if (records.length > 1) await log.insertMany([...records], { ordered: true });
  }

  /** Those of a group's records that are not in the log. */
  async #missing(group: RecordGroup): Promise<readonly LogRecord[]> {
    if (group.records.length === 1) return group.records;
    const present = new Set<string>();
    const ids = group.records.map(({ _id }) => _id);
    for (let at = 0; at < ids.length; at += 1000) {
      const found = this.#collections.log
        .find({ _id: { $in: ids.slice(at, at + 1000) } }, { projection: { _id: 1 } })
        .map(({ _id }) => idKey(_id));
      for await (const key of found) present.add(key);
    }
    return group.records.filter(({ _id }) => !present.has(idKey(_id)));
  }

  /** Notes where a group of several records will lie. It goes to the log before them, so it is there if they are. */
  async #note(group: RecordGroup): Promise<void> {
    const note: Omit<UnsealedNote, '_id'> = {
      branch_id: Long.fromNumber(group.branchId),
      after: Long.fromNumber(group.after),
      first_lsn: Long.fromNumber(group.firstLsn),
      seal_lsn: Long.fromNumber(group.lsn),
      since: new Date(),
    };
    await this.#collections.meta.updateOne(
      { _id: noteId(group) },
      { $setOnInsert: note },
      { upsert: true, writeConcern: { w: 1 } },
    );
  }

  async #tidy(group: RecordGroup, written: boolean): Promise<void> {
    if (!written) await removeUnsealed(this.#collections, group);
    await this.#collections.meta.deleteOne({ _id: noteId(group) }, { writeConcern: { w: 1 } });
  }

  #inBackground(work: Promise<unknown>): void {
    // If it fails, the note stays, and the next open sweeps.
    const done = work.catch(() => undefined).finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }
}

/** Removes the unsealed records of a group that can no longer be sealed. */
export async function removeUnsealed(
  { log }: Collections,
  group: Pick<RecordGroup, 'branchId' | 'firstLsn' | 'lsn'>,
): Promise<void> {
  const branchId = Long.fromNumber(group.branchId);
  await log.deleteMany({
    _id: {
      $gte: { branch_id: branchId, lsn: Long.fromNumber(group.firstLsn), part: 0 },
      $lt: { branch_id: branchId, lsn: Long.fromNumber(group.lsn + 1), part: 0 },
    },
    branch_id: branchId,
    sealed: false,
    seal_lsn: Long.fromNumber(group.lsn),
  });
}

/** The chain's end once a group is in the log. */
export function endAfter(group: RecordGroup): ChainEnd {
  const seal = group.records[group.records.length - 1] as SealedRecord;
  return {
    lsn: seal.birth === undefined ? group.lsn : Number(seal.birth.start_lsn),
    timestamp: seal.timestamp.getTime(),
    refLsn: Number(seal.ref_lsn),
    closed: seal.closed === true,
  };
}

function noteId(group: RecordGroup): string {
  return `unsealed:${group.branchId}:${group.lsn}`;
}

function idKey(id: { lsn: unknown; part: unknown }): string {
  return `${String(id.lsn)}:${String(id.part)}`;
}
