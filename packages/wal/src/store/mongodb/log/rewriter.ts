import { Binary, type ClientSession, type Document, Long } from 'mongodb';
import { encodeDocument } from '@argon/bson';
import { entryChecksum } from '../../../entry/codec';
import type { Lsn } from '../../../entry/entry';
import type { BranchRecord } from '../../../refs/records';
import { rewrittenRetention } from '../../../refs/retention';
import type { EntryRewrite } from '../../store';
import { CHAIN_INDEX, type Collections, ENTRY_INDEX } from '../collections';
import { inTransaction } from '../connection/transaction';
import type { StoreContext } from '../context';
import type { RecordId } from '../record/shape';
import type { PointReader } from './points';
import { storedRetention } from '../refs/shape';
import { planSeals, type StoredSeal } from './seal-plan';

/** What a record says of its entries, without what they hold. */
interface Skeleton {
  readonly _id: RecordId;
  readonly sealed: boolean;
  readonly lsn: Long | number;
  readonly seal_lsn?: Long | number;
  readonly entries?: readonly SkeletonEntry[];
}

interface SkeletonEntry {
  readonly lsn: Long | number;
  readonly commit_lsn: Long | number;
  readonly parts?: number;
}

const SKELETON = {
  sealed: 1,
  lsn: 1,
  seal_lsn: 1,
  'entries.lsn': 1,
  'entries.commit_lsn': 1,
  'entries.parts': 1,
};

/** Where an entry lies. */
interface Place {
  readonly record: Skeleton;
  readonly entry: SkeletonEntry;
}

/**
 * Takes entries and documents out of the log, in one transaction. Records lose entries, and unsealed ones that have none
 * left go. A seal stays, for it holds the place after the commit that its group follows: somebody who has not heard of
 * what came since must still be told that the place is taken.
 */
export class LogRewriter {
  constructor(
    private readonly context: StoreContext,
    private readonly points: PointReader,
  ) {}

  /** Entries that are not there are passed over. */
  async rewrite(record: BranchRecord, changes: readonly EntryRewrite[], compacted: Lsn): Promise<void> {
    const { client, collections } = this.context;
    const { id: branchId } = record;
    const id = Long.fromNumber(branchId);
    const gone = new Set(changes.filter(({ keep }) => keep === 'nothing').map(({ lsn }) => lsn));
    const hollow = await this.#hollowed(branchId, changes);
    await inTransaction(client, async (session) => {
      if (changes.length > 0) await this.#take(session, branchId, changes, gone, hollow);
      // Others may change the rest meanwhile.
      const $set = { 'retention.compacted': Long.fromNumber(compacted) };
      if (record.status === 'deleted') {
        await collections.branches.updateOne({ _id: id }, endedAt(record, compacted), { session });
      } else {
        await collections.branches.updateOne(
          { _id: id, retention: { $exists: true } },
          { $set },
          { session },
        );
      }
    });
  }

  /** What entries that lose their document have instead. */
  async #hollowed(branchId: number, changes: readonly EntryRewrite[]): Promise<Map<Lsn, object>> {
    const lsns = changes.filter(({ keep }) => keep === 'hollow').map(({ lsn }) => lsn);
    const fields = new Map<Lsn, object>();
    for (const entry of await this.points.entries(branchId, lsns)) {
      if (!entry || entry.document === null) continue;
      const bare = { ...entry, document: null };
      fields.set(entry.lsn, {
        // An entry in parts has its id there too.
        document_id_bson: new Binary(encodeDocument(new Map([['', entry.documentId]]))),
        checksum: Long.fromNumber(entryChecksum(bare)),
      });
    }
    return fields;
  }

  async #take(
    session: ClientSession,
    branchId: number,
    changes: readonly EntryRewrite[],
    gone: ReadonlySet<Lsn>,
    hollow: ReadonlyMap<Lsn, object>,
  ): Promise<void> {
    const { log } = this.context.collections;
    const touched = await skeletons(
      log,
      session,
      branchId,
      changes.map(({ lsn }) => lsn),
    );
    const sealLsns = new Set(touched.map((record) => Number(record.seal_lsn ?? record.lsn)));
    const operations: Parameters<Collections['log']['bulkWrite']>[0][number][] = [];
    const left = new Map<Lsn, SkeletonEntry[]>();
    const places: Place[] = [];
    for (const record of await this.#groups(session, branchId, sealLsns)) {
      const entries = record.entries ?? [];
      const kept = entries.filter((entry) => !gone.has(Number(entry.lsn)));
      const seal = Number(record.seal_lsn ?? record.lsn);
      left.set(seal, [...(left.get(seal) ?? []), ...kept]);
      for (const entry of entries) places.push({ record, entry });
      const changed = entries.filter(({ lsn }) => gone.has(Number(lsn)) || hollow.has(Number(lsn)));
      if (changed.length === 0) continue;
      const filter = { _id: record._id, branch_id: record._id.branch_id };
      if (kept.length === 0 && !record.sealed) operations.push({ deleteOne: { filter } });
      else operations.push({ updateOne: { filter, update: withoutEntries(gone, hollow, changed) } });
    }
    operations.push(...partsToGo(branchId, places, gone, hollow));
    const seals = await this.#seals(session, branchId, left);
    for (const { filter, update } of planSeals(branchId, seals, left)) {
      operations.push({ updateOne: { filter, update } });
    }
    if (operations.length > 0) await log.bulkWrite(operations, { session, ordered: true });
  }

  /** All records of these groups, parts left out. */
  async #groups(session: ClientSession, branchId: number, seals: ReadonlySet<Lsn>): Promise<Skeleton[]> {
    const { log } = this.context.collections;
    const wanted = [...seals].map((lsn) => Long.fromNumber(lsn));
    const id = Long.fromNumber(branchId);
    if (wanted.length === 0) return [];
    const least = Math.min(...seals);
    const first = await log.findOne(
      { branch_id: id, _id: idRange(branchId, least, least), sealed: true },
      { session, projection: { group_lsn: 1 }, hint: '_id_' },
    );
    const from = Number((first as { group_lsn?: Long } | null)?.group_lsn ?? least);
    const found = await log
      .find<Skeleton>(
        {
          branch_id: id,
          _id: idRange(branchId, from, Math.max(...seals)) as never,
          entries: { $exists: true },
          $or: [
            { sealed: true, lsn: { $in: wanted } },
            { sealed: false, seal_lsn: { $in: wanted } },
          ],
        } as object,
        { session, projection: SKELETON, sort: { _id: 1 }, hint: '_id_' },
      )
      .toArray();
    return found;
  }

  /** The seals from the first group that changes to the first one behind the last that has anything left. */
  async #seals(
    session: ClientSession,
    branchId: number,
    left: ReadonlyMap<Lsn, readonly SkeletonEntry[]>,
  ): Promise<readonly StoredSeal[]> {
    if (left.size === 0) return [];
    const { log } = this.context.collections;
    const [first, last] = [Math.min(...left.keys()), Math.max(...left.keys())];
    const id = Long.fromNumber(branchId);
    const begin = await log.findOne(
      { branch_id: id, _id: idRange(branchId, first, first), sealed: true },
      { session, projection: { after: 1 }, hint: '_id_' },
    );
    const after = (begin as { after?: Long } | null)?.after ?? Long.ZERO;
    const cursor = log.find<StoredSeal>({ branch_id: id, after: { $gte: after }, sealed: true } as object, {
      session,
      projection: { lsn: 1, after: 1, count: 1, kept_lsn: 1, follows: 1 },
      sort: { after: 1 },
      hint: CHAIN_INDEX,
    });
    const seals: StoredSeal[] = [];
    for await (const seal of cursor) {
      seals.push(seal);
      if (Number(seal.lsn) > last && seal.count !== 0) break;
    }
    return seals;
  }
}

async function skeletons(
  log: Collections['log'],
  session: ClientSession,
  branchId: number,
  lsns: readonly Lsn[],
): Promise<Skeleton[]> {
  const asked = lsns.map((lsn) => Long.fromNumber(lsn));
  const filter = { branch_id: Long.fromNumber(branchId), 'entries.lsn': { $in: asked } } as object;
  return log
    .find<Skeleton>(filter, { session, projection: { sealed: 1, lsn: 1, seal_lsn: 1 }, hint: ENTRY_INDEX })
    .toArray();
}

function idRange(branchId: number, from: Lsn, through: Lsn): object {
  const id = Long.fromNumber(branchId);
  return {
    $gte: { branch_id: id, lsn: Long.fromNumber(from), part: 0 },
    $lt: { branch_id: id, lsn: Long.fromNumber(through + 1), part: 0 },
  };
}

/** The server takes them out itself, so that what stays is not decoded and encoded anew. */
function withoutEntries(
  gone: ReadonlySet<Lsn>,
  hollow: ReadonlyMap<Lsn, object>,
  changed: readonly SkeletonEntry[],
) {
  const longs = (lsns: readonly number[]) => lsns.map((lsn) => Long.fromNumber(lsn));
  const lsns = changed.map(({ lsn }) => Number(lsn));
  const bare = lsns.filter((lsn) => hollow.has(lsn));
  const left = {
    $filter: {
      input: '$entries',
      cond: { $not: [{ $in: ['$$this.lsn', longs(lsns.filter((lsn) => gone.has(lsn)))] }] },
    },
  };
  const rest = {
    $arrayToObject: {
      $filter: {
        input: { $objectToArray: '$$entry' },
        as: 'field',
        cond: { $not: [{ $in: ['$$field.k', ['document', 'document_bson', 'document_id', 'parts']] }] },
      },
    },
  };
  const instead = {
    $arrayElemAt: [
      bare.map((lsn) => ({ $literal: hollow.get(lsn) })),
      { $indexOfArray: [longs(bare), '$$entry.lsn'] },
    ],
  };
  const hollowed = {
    $map: {
      input: left,
      as: 'entry',
      in: {
        $cond: [{ $in: ['$$entry.lsn', longs(bare)] }, { $mergeObjects: [rest, instead] }, '$$entry'],
      },
    },
  };
  return [{ $set: { entries: bare.length === 0 ? left : hollowed } }] as object[];
}

/** The records that hold large documents of entries that lose them. */
function partsToGo(
  branchId: number,
  places: readonly Place[],
  gone: ReadonlySet<Lsn>,
  hollow: ReadonlyMap<Lsn, object>,
): { deleteMany: { filter: object } }[] {
  return places.flatMap(({ entry }) => {
    const lsn = Number(entry.lsn);
    if (entry.parts === undefined || !(gone.has(lsn) || hollow.has(lsn))) return [];
    const id = { branch_id: Long.fromNumber(branchId), lsn: Long.fromNumber(lsn) };
    const range = { $gte: { ...id, part: 0 }, $lt: { ...id, part: Number(entry.parts) } };
    return [{ deleteMany: { filter: { branch_id: id.branch_id, _id: range } } }];
  });
}

/** What becomes of a deleted branch's retention; its horizon never goes back, also where others moved it on meanwhile. */
function endedAt(record: BranchRecord, compacted: Lsn): Document[] {
  const ended = storedRetention(rewrittenRetention(record, compacted));
  const horizon = { $max: ['$retention.horizon', ended.horizon] };
  return [{ $set: { retention: { $mergeObjects: [{ $literal: ended }, { horizon }] } } }];
}
