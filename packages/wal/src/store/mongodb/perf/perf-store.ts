import { Binary, type Collection, type Db, MongoServerError } from 'mongodb';
import type { PerfRecord, PerfStore } from '../../perf';
import { inOrder, placesOf } from '../../perf-ring';
import type { MongoHost } from '../chunks/chunk-store';
import { DUPLICATE_KEY } from '../connection/failure';

/** `wal_perf` */
interface PerfDocument {
  /** Its place in the ring. */
  readonly _id: number;
  readonly slot: number;
  readonly process: string;
  /** When the minute began, for whoever looks at it with other tools. */
  readonly at: Date;
  readonly bytes: Binary;
}

/** How processes did, in the collection `wal_perf`. */
export class MongoPerfStore implements PerfStore {
  readonly #host: MongoHost;
  readonly #perf: Collection<PerfDocument>;

  constructor(host: MongoHost) {
    this.#host = host;
    this.#perf = perfCollection(host.db);
  }

  async put(record: PerfRecord): Promise<void> {
    const { slot, process, bytes } = record;
    const document = { slot, process, at: new Date(slot * 60_000), bytes: new Binary(bytes) };
    await this.#host.run(async () => {
      for (const _id of placesOf(record)) {
        // Where the place is another's the filter finds nothing, and what it would insert then is there already.
        const free = { _id, $or: [{ slot: { $lt: slot } }, { slot, process }] };
        if (await this.#replaced(free, document)) return;
      }
    });
  }

  read(from: number, through: number): Promise<readonly PerfRecord[]> {
    return this.#host.run(async () => {
      const documents = await this.#perf.find({ slot: { $gte: from, $lte: through } }).toArray();
      const records = documents.map(({ slot, process, bytes }) => ({
        slot,
        process,
        bytes: Uint8Array.from(bytes.value()),
      }));
      return inOrder(records, from, through);
    });
  }

  async #replaced(free: object, document: Omit<PerfDocument, '_id'>): Promise<boolean> {
    try {
      await this.#perf.replaceOne(free, document, { upsert: true });
      return true;
    } catch (error) {
      if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return false;
      throw error;
    }
  }
}

/** Nobody should wait longer for it, least of all to close, ms. */
const TIMEOUT_MS = 5_000;

/** Acknowledged by the primary alone and read from there: it is no worse for being lost. */
function perfCollection(db: Db): Collection<PerfDocument> {
  return db.collection('wal_perf', {
    readPreference: 'primary',
    readConcern: { level: 'local' },
    writeConcern: { w: 1 },
    timeoutMS: TIMEOUT_MS,
  });
}
