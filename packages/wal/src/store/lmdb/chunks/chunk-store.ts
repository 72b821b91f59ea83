import type { RootDatabase } from 'lmdb';
import { chunkBatches, groupsOf } from '../../chunk-batches';
import type { Chunk, ChunkHash, ChunkStore, StoredChunk } from '../../chunks';
import { lmdbFailure } from '../failure';
import type { WriteQueue, WriteTransaction } from '../write-queue';
import {
  afterChunkKey,
  CHUNK_KEYS,
  chunkKey,
  encodeMeta,
  PIECE_BYTES,
  pieceCount,
  pieceKey,
  readHash,
  readPutAt,
  readSize,
  setPiece,
} from './layout';

/** What one transaction writes at most: it runs on this thread, which should not stand still for long. */
const PUT_BYTES = 512 << 10;
const PUT_COUNT = 500;
const REMOVE_COUNT = 500;
const LIST_COUNT = 1000;

/** The open LMDB store around. */
export interface LmdbHost {
  readonly db: RootDatabase<Buffer, Buffer>;
  readonly queue: WriteQueue;
  readonly location: string;
  readonly now: () => number;
  /** @throws StoreClosedError */
  readonly checkOpen: () => void;
}

/** Chunks beside the log. Reads answer at once from the memory map; writes go through the store's queue. */
export class LmdbChunkStore implements ChunkStore {
  readonly #host: LmdbHost;

  constructor(host: LmdbHost) {
    this.#host = host;
  }

  get(hashes: readonly ChunkHash[]): readonly (Uint8Array | undefined)[] {
    const { db, location, checkOpen } = this.#host;
    checkOpen();
    try {
      const found = new Array<Uint8Array | undefined>(hashes.length);
      let isFresh = false;
      for (let i = 0; i < hashes.length; i++) {
        let bytes = readChunk(db, hashes[i]!);
        // A chunk never changes, so only what is missing calls for a look at what others have put since.
        if (bytes === undefined && !isFresh) {
          db.resetReadTxn();
          isFresh = true;
          bytes = readChunk(db, hashes[i]!);
        }
        found[i] = bytes;
      }
      return found;
    } catch (error) {
      throw lmdbFailure(location, error);
    }
  }

  async put(chunks: readonly Chunk[]): Promise<void> {
    const { queue, now, checkOpen } = this.#host;
    for (const batch of chunkBatches(chunks, PUT_BYTES, PUT_COUNT)) {
      checkOpen();
      await queue.run((transaction) => putChunks(transaction, batch, now()));
    }
  }

  async *list(): AsyncGenerator<readonly StoredChunk[], void, undefined> {
    let [start] = CHUNK_KEYS;
    for (;;) {
      const batch = this.#listFrom(start);
      if (batch.length > 0) yield batch;
      if (batch.length < LIST_COUNT) return;
      start = afterChunkKey(batch[batch.length - 1]!.hash);
    }
  }

  async remove(hashes: readonly ChunkHash[], before: number): Promise<number> {
    const { queue, checkOpen } = this.#host;
    let removed = 0;
    for (const group of groupsOf(hashes, REMOVE_COUNT)) {
      checkOpen();
      removed += await queue.run((transaction) => removeChunks(transaction, group, before));
    }
    return removed;
  }

  #listFrom(start: Buffer): StoredChunk[] {
    const { db, location, checkOpen } = this.#host;
    checkOpen();
    try {
      db.resetReadTxn();
      const range = db.getRange({ start, end: CHUNK_KEYS[1], limit: LIST_COUNT });
      return [...range].map(({ value }) => ({
        hash: readHash(value),
        size: readSize(value),
        putAt: readPutAt(value),
      }));
    } catch (error) {
      throw lmdbFailure(location, error);
    }
  }
}

function readChunk(db: RootDatabase<Buffer, Buffer>, hash: ChunkHash): Buffer | undefined {
  const meta = db.getBinaryFast(chunkKey(hash));
  if (meta === undefined) return undefined;
  const size = readSize(meta);
  const bytes = Buffer.allocUnsafeSlow(size);
  const key = pieceKey(hash, 0);
  for (let at = 0, n = 0; at < size; n++) {
    const piece = db.getBinaryFast(setPiece(key, n));
    if (piece === undefined || at + piece.length > size) return undefined;
    // The buffer that was handed out is larger than its `length` says.
    bytes.set(new Uint8Array(piece.buffer, piece.byteOffset, piece.length), at);
    at += piece.length;
  }
  return bytes;
}

function putChunks(transaction: WriteTransaction, chunks: readonly Chunk[], putAt: number): void {
  const present = chunks.map(({ hash }) => transaction.get(chunkKey(hash)));
  for (const [i, { hash, bytes }] of chunks.entries()) {
    const meta = present[i];
    const isWhole = meta !== undefined && readSize(meta) === bytes.length;
    if (isWhole && readPutAt(meta) >= putAt) continue;
    if (!isWhole) putPieces(transaction, hash, bytes);
    transaction.put(chunkKey(hash), encodeMeta(hash, putAt, bytes.length));
  }
}

function putPieces(transaction: WriteTransaction, hash: ChunkHash, bytes: Uint8Array): void {
  for (let n = 0; n < pieceCount(bytes.length); n++) {
    const piece = bytes.subarray(n * PIECE_BYTES, (n + 1) * PIECE_BYTES);
    const value = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    transaction.put(pieceKey(hash, n), value);
  }
}

function removeChunks(transaction: WriteTransaction, hashes: readonly ChunkHash[], before: number): number {
  // Looked at within the transaction: nobody can renew them any more.
  const present = hashes.map((hash) => transaction.get(chunkKey(hash)));
  let removed = 0;
  for (const [i, hash] of hashes.entries()) {
    const meta = present[i];
    if (meta === undefined || readPutAt(meta) >= before) continue;
    present.fill(undefined, i, i + 1);
    for (let n = pieceCount(readSize(meta)) - 1; n >= 0; n--) transaction.remove(pieceKey(hash, n));
    transaction.remove(chunkKey(hash));
    removed += 1;
  }
  return removed;
}
