import { Binary, type Collection, Long, type WithId } from 'mongodb';
import type { Lsn } from '../../../entry/entry';
import type { SnapshotRecord, SnapshotStore } from '../../chunks';
import { duplicateIn } from '../connection/failure';
import type { MongoHost } from './chunk-store';
import {
  type HotListDocument,
  type SnapshotDocument,
  hotListCollection,
  snapshotCollection,
} from './collections';

/** Snapshot records in the collection `wal_snapshots`; the hot list in `wal_meta`. */
export class MongoSnapshotStore implements SnapshotStore {
  readonly #host: MongoHost;
  readonly #snapshots: Collection<SnapshotDocument>;
  readonly #hotLists: Collection<HotListDocument>;

  constructor(host: MongoHost) {
    this.#host = host;
    this.#snapshots = snapshotCollection(host.db);
    this.#hotLists = hotListCollection(host.db);
  }

  put(snapshot: SnapshotRecord): Promise<void> {
    const document = documentOf(snapshot);
    const attempt = async () => {
      await this.#snapshots.replaceOne(placeOf(snapshot.branchId, snapshot.lsn), document, { upsert: true });
    };
    return this.#host.run(async () => {
      try {
        await attempt();
      } catch (error) {
        // Another process has just put the same one.
        if (duplicateIn(error) === undefined) throw error;
        await attempt();
      }
    });
  }

  atOrBefore(branchId: number, lsn: Lsn): Promise<SnapshotRecord | undefined> {
    return this.#host.run(async () => {
      const filter = { branch_id: Long.fromNumber(branchId), lsn: { $lte: Long.fromNumber(lsn) } };
      const document = await this.#snapshots.findOne(filter, { sort: { lsn: -1 } });
      return document === null ? undefined : recordOf(document);
    });
  }

  list(branchId?: number): Promise<readonly SnapshotRecord[]> {
    return this.#host.run(async () => {
      const filter = branchId === undefined ? {} : { branch_id: Long.fromNumber(branchId) };
      const documents = await this.#snapshots.find(filter).sort({ branch_id: 1, lsn: 1 }).toArray();
      return documents.map(recordOf);
    });
  }

  async remove(branchId: number, lsn: Lsn): Promise<void> {
    await this.#host.run(() => this.#snapshots.deleteOne(placeOf(branchId, lsn)));
  }

  hotList(): Promise<Uint8Array | undefined> {
    return this.#host.run(async () => {
      const document = await this.#hotLists.findOne({ _id: 'hot' });
      return document === null ? undefined : Uint8Array.from(document.list.value());
    });
  }

  async putHotList(list: Uint8Array): Promise<void> {
    const update = { $set: { list: new Binary(list) } };
    const attempt = () => this.#hotLists.updateOne({ _id: 'hot' }, update, { upsert: true });
    await this.#host.run(async () => {
      try {
        await attempt();
      } catch (error) {
        // Another process has just put the first one.
        if (duplicateIn(error) === undefined) throw error;
        await attempt();
      }
    });
  }
}

function placeOf(branchId: number, lsn: Lsn): Pick<SnapshotDocument, 'branch_id' | 'lsn'> {
  return { branch_id: Long.fromNumber(branchId), lsn: Long.fromNumber(lsn) };
}

function documentOf(snapshot: SnapshotRecord): SnapshotDocument {
  return {
    ...placeOf(snapshot.branchId, snapshot.lsn),
    timestamp: new Date(snapshot.timestamp),
    root: snapshot.root,
    format: snapshot.format,
    taken_at: new Date(snapshot.takenAt),
  };
}

function recordOf(document: WithId<SnapshotDocument>): SnapshotRecord {
  return {
    branchId: Number(document.branch_id),
    lsn: Number(document.lsn),
    timestamp: document.timestamp.getTime(),
    root: document.root,
    format: document.format,
    takenAt: document.taken_at.getTime(),
  };
}
