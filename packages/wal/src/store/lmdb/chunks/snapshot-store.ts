import type { Lsn } from '../../../entry/entry';
import type { SnapshotRecord, SnapshotStore } from '../../chunks';
import { StoreCorruptError } from '../../errors';
import type { LmdbHost } from './chunk-store';
import { HOT_LIST_KEY, SNAPSHOT_KEYS, snapshotKey } from './layout';

/** Snapshot records beside the log. */
export class LmdbSnapshotStore implements SnapshotStore {
  readonly #host: LmdbHost;

  constructor(host: LmdbHost) {
    this.#host = host;
  }

  async put(snapshot: SnapshotRecord): Promise<void> {
    this.#host.checkOpen();
    const key = snapshotKey(snapshot.branchId, snapshot.lsn);
    const value = Buffer.from(JSON.stringify(snapshot));
    await this.#host.queue.run((transaction) => transaction.put(key, value));
  }

  atOrBefore(branchId: number, lsn: Lsn): SnapshotRecord | undefined {
    const [start, end] = [snapshotKey(branchId, lsn), snapshotKey(branchId, 0)];
    return this.#range({ start, end, reverse: true, limit: 1 })[0];
  }

  list(branchId?: number): readonly SnapshotRecord[] {
    const [start, end] =
      branchId === undefined ? SNAPSHOT_KEYS : [snapshotKey(branchId, 0), snapshotKey(branchId + 1, 0)];
    return this.#range({ start, end });
  }

  async remove(branchId: number, lsn: Lsn): Promise<void> {
    this.#host.checkOpen();
    await this.#host.queue.run((transaction) => transaction.remove(snapshotKey(branchId, lsn)));
  }

  hotList(): Uint8Array | undefined {
    const { db, read } = this.#host;
    return read(() => db.getBinary(HOT_LIST_KEY));
  }

  async putHotList(list: Uint8Array): Promise<void> {
    this.#host.checkOpen();
    const value = Buffer.from(list);
    await this.#host.queue.run((transaction) => transaction.put(HOT_LIST_KEY, value));
  }

  #range(range: { start: Buffer; end: Buffer; reverse?: boolean; limit?: number }): SnapshotRecord[] {
    const { db, location, read } = this.#host;
    return read(() => [...db.getRange(range)].map(({ value }) => decoded(value, location)));
  }
}

function decoded(value: Buffer, location: string): SnapshotRecord {
  try {
    return JSON.parse(value.toString('utf8')) as SnapshotRecord;
  } catch (error) {
    throw new StoreCorruptError(location, 'a snapshot record is unreadable', error);
  }
}
