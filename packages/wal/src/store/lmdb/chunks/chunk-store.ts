import type { RootDatabase } from 'lmdb';
import { chunkBatches, groupsOf } from '../../chunk-batches';
import type { Chunk, ChunkHash, ChunkStore, StoredChunk } from '../../chunks';
import { lmdbFailure } from '../failure';
import { readU64BE, u64 } from '../keys';
import type { WriteQueue } from '../write-queue';
import type { WriteTransaction } from '../write-transaction';
import {
  afterChunkKey,
  CHUNK_KEYS,
  chunkKey,
  encodeMeta,
  LAST_PIECE_KEY,
  PIECE_BYTES,
  pieceCount,
  pieceKey,
  readFirstPiece,
  readHash,
  readPutAt,
  readSize,
  setPiece,
} from './layout';

/** What one transaction writes at most: it runs on this thread, which should not stand still for long. */
const PUT_BYTES = 256 << 10;
const PUT_COUNT = 250;
const REMOVE_COUNT = 200;
const LIST_COUNT = 1000;

/** The open LMDB store around. */
export interface LmdbHost {
  readonly db: RootDatabase<Buffer, Buffer>;
  readonly queue: WriteQueue;
  readonly location: string;
  readonly now: () => number;
  /** @throws StoreClosedError */
  readonly checkOpen: () => void;
  /** Reads what everybody has committed up to now. @throws StoreClosedError, and what failed natively */
  readonly read: <T>(work: () => T) => T;
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
    const { db, read } = this.#host;
    return read(() => {
      const range = db.getRange({ start, end: CHUNK_KEYS[1], limit: LIST_COUNT });
      return [...range].map(({ value }) => ({
        hash: readHash(value),
        size: readSize(value),
        putAt: readPutAt(value),
      }));
    });
  }
}

function readChunk(db: RootDatabase<Buffer, Buffer>, hash: ChunkHash): Buffer | undefined {
  const meta = db.getBinaryFast(chunkKey(hash));
  if (meta === undefined) return undefined;
  const size = readSize(meta);
  let number = readFirstPiece(meta);
  const bytes = Buffer.allocUnsafeSlow(size);
  const key = pieceKey(number);
  for (let at = 0; at < size; number++) {
    const piece = db.getBinaryFast(setPiece(key, number));
    if (piece === undefined || at + piece.length > size) return undefined;
    // The buffer that was handed out is larger than its `length` says.
    bytes.set(new Uint8Array(piece.buffer, piece.byteOffset, piece.length), at);
    at += piece.length;
  }
  return bytes;
}

function putChunks(transaction: WriteTransaction, chunks: readonly Chunk[], putAt: number): void {
  const unique = [...new Map(chunks.map((chunk) => [chunk.hash, chunk])).values()];
  const present = unique.map(({ hash }) => transaction.get(chunkKey(hash)));
  const lastPiece = transaction.get(LAST_PIECE_KEY);
  const before = lastPiece === undefined ? 0 : readU64BE(lastPiece, 0);
  let last = before;
  for (const [i, { hash, bytes }] of unique.entries()) {
    const meta = present[i];
    if (meta === undefined) {
      transaction.put(chunkKey(hash), encodeMeta(hash, putAt, bytes.length, last + 1));
      last = putPieces(transaction, bytes, last);
    } else if (readPutAt(meta) < putAt) {
      transaction.put(chunkKey(hash), encodeMeta(hash, putAt, readSize(meta), readFirstPiece(meta)));
    }
  }
  if (last !== before) transaction.put(LAST_PIECE_KEY, u64(last));
}

/** Puts the pieces that come after a number; returns the last one's. */
function putPieces(transaction: WriteTransaction, bytes: Uint8Array, last: number): number {
  let number = last;
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const length = Math.min(PIECE_BYTES, bytes.length - at);
    transaction.put(pieceKey(++number), Buffer.from(bytes.buffer, bytes.byteOffset + at, length));
  }
  return number;
}

function removeChunks(transaction: WriteTransaction, hashes: readonly ChunkHash[], before: number): number {
  const unique = [...new Set(hashes)];
  // Looked at within the transaction: nobody can renew them any more.
  const present = unique.map((hash) => transaction.get(chunkKey(hash)));
  let removed = 0;
  for (const [i, hash] of unique.entries()) {
    const meta = present[i];
    if (meta === undefined || readPutAt(meta) >= before) continue;
    const first = readFirstPiece(meta);
    for (let n = pieceCount(readSize(meta)) - 1; n >= 0; n--) transaction.remove(pieceKey(first + n));
    transaction.remove(chunkKey(hash));
    removed += 1;
  }
  return removed;
}
