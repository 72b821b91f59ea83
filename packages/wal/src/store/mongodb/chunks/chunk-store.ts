import { Binary, type Collection, type Db, MongoBulkWriteError } from 'mongodb';
import { chunkBatches, groupsOf } from '../../chunk-batches';
import type { Chunk, ChunkHash, ChunkStore, StoredChunk } from '../../chunks';
import { DUPLICATE_KEY } from '../connection/failure';
import { type ChunkDocument, chunkCollection } from './collections';

/** What one command carries at most. */
const PUT_BYTES = 8 << 20;
const COUNT = 1000;
/** The last time that a Date can hold, ms. */
const LAST_TIME = 8_640_000_000_000_000;

/** The open MongoDB store around. */
export interface MongoHost {
  readonly db: Db;
  readonly now: () => number;
  /** Does one thing, with errors as Argon's; the store's `close` waits for it. @throws StoreClosedError */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Chunks in the collection `wal_chunks`. */
export class MongoChunkStore implements ChunkStore {
  readonly #host: MongoHost;
  readonly #chunks: Collection<ChunkDocument>;

  constructor(host: MongoHost) {
    this.#host = host;
    this.#chunks = chunkCollection(host.db);
  }

  get(hashes: readonly ChunkHash[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#host.run(async () => {
      const found = new Map<ChunkHash, Uint8Array>();
      const groups = [...groupsOf([...new Set(hashes)], COUNT)];
      await Promise.all(groups.map((group) => this.#read(group, found)));
      return hashes.map((hash) => found.get(hash));
    });
  }

  async put(chunks: readonly Chunk[]): Promise<void> {
    for (const batch of chunkBatches(chunks, PUT_BYTES, COUNT)) {
      await this.#host.run(() => this.#write(batch));
    }
  }

  async *list(): AsyncGenerator<readonly StoredChunk[], void, undefined> {
    let after: ChunkHash | undefined;
    for (;;) {
      const batch = await this.#host.run(() => this.#listAfter(after));
      if (batch.length > 0) yield batch;
      if (batch.length < COUNT) return;
      after = batch[batch.length - 1]!.hash;
    }
  }

  async remove(hashes: readonly ChunkHash[], before: number): Promise<number> {
    let removed = 0;
    for (const group of groupsOf(hashes, COUNT)) {
      const filter = {
        _id: { $in: group.map(idOf) },
        put_at: { $lt: new Date(Math.min(before, LAST_TIME)) },
      };
      const result = await this.#host.run(() => this.#chunks.deleteMany(filter));
      removed += result.deletedCount;
    }
    return removed;
  }

  async #read(hashes: readonly ChunkHash[], found: Map<ChunkHash, Uint8Array>): Promise<void> {
    const cursor = this.#chunks.find({ _id: { $in: hashes.map(idOf) } }, { projection: { bytes: 1 } });
    for await (const { _id, bytes } of cursor) {
      // A copy of its own: the driver's is a view of the whole reply.
      found.set(hashOf(_id), Buffer.from(new Uint8Array(bytes.value()).buffer));
    }
  }

  /** An upsert that loses a race against another of the same chunk is refused, and finds it when it is tried again. */
  async #write(chunks: readonly Chunk[]): Promise<void> {
    const update = { $max: { put_at: new Date(this.#host.now()) } };
    const operations = chunks.map(({ hash, bytes }) => ({
      updateOne: {
        filter: { _id: idOf(hash) },
        update: { ...update, $setOnInsert: { bytes: new Binary(bytes) } },
        upsert: true,
      },
    }));
    const attempt = () => this.#chunks.bulkWrite(operations, { ordered: false });
    try {
      await attempt();
    } catch (error) {
      if (!lostOnlyRaces(error)) throw error;
      await attempt();
    }
  }

  async #listAfter(after: ChunkHash | undefined): Promise<StoredChunk[]> {
    const filter = after === undefined ? {} : { _id: { $gt: idOf(after) } };
    const projection = { put_at: 1, size: { $binarySize: '$bytes' } };
    const documents = await this.#chunks
      .find<{ _id: Binary; put_at: Date; size: number }>(filter, { projection })
      .sort({ _id: 1 })
      .limit(COUNT)
      .toArray();
    return documents.map(({ _id, put_at, size }) => ({
      hash: hashOf(_id),
      size: Number(size),
      putAt: put_at.getTime(),
    }));
  }
}

function idOf(hash: ChunkHash): Binary {
  return Binary.createFromHexString(hash);
}

function hashOf(id: Binary): ChunkHash {
  return id.toString('hex');
}

function lostOnlyRaces(error: unknown): boolean {
  if (!(error instanceof MongoBulkWriteError)) return false;
  const errors = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  return errors.length > 0 && errors.every(({ code }) => code === DUPLICATE_KEY);
}
