import type { Lsn } from '../entry/entry';
import type { MaybePromise } from './store';

/** What a chunk is known by: the first 20 bytes of the SHA-256 of its bytes, as 40 lower-case hex digits. */
export type ChunkHash = string;

/** A piece of a snapshot's tree. Never changes: another content has another hash. */
export interface Chunk {
  readonly hash: ChunkHash;
  readonly bytes: Uint8Array;
}

/** A chunk as a chunk store lists it. */
export interface StoredChunk {
  readonly hash: ChunkHash;
  /** Bytes it takes. */
  readonly size: number;
  /** When it was last put, ms since the epoch, by the clock of whoever put it. */
  readonly putAt: number;
}

/**
 * Where the chunks of snapshots lie. Everything in it is derived from the log: what is lost is computed again, so
 * an adapter need not be durable, and none of these calls waits for the log's writers.
 *
 * The rules, checked by the chunk-store suite of `@argon/wal/testing`:
 * 1. `get` gives the bytes that were put, or undefined; never other bytes.
 * 2. When `put` resolves, every process sees the chunks. Putting what is there already only renews `putAt`.
 * 3. Several processes put, get and remove at once. `remove` leaves a chunk alone that was put after `before`, even
 *    if that happens while it is at work.
 */
export interface ChunkStore {
  /** The bytes of these chunks, in the same order; undefined where there is none. */
  get(hashes: readonly ChunkHash[]): MaybePromise<readonly (Uint8Array | undefined)[]>;
  put(chunks: readonly Chunk[]): Promise<void>;
  /** Every chunk, in batches, in any order. */
  list(): AsyncIterable<readonly StoredChunk[]>;
  /** Removes those of these chunks that were last put before a time (ms); returns how many. */
  remove(hashes: readonly ChunkHash[], before: number): Promise<number>;
}

/** A snapshot: what a branch showed at one commit of its own chain, as trees of chunks. */
export interface SnapshotRecord {
  readonly branchId: number;
  /** The commit boundary it shows: an LSN of the branch's own chain, or the branch's start. */
  readonly lsn: Lsn;
  /** That commit's time, ms. */
  readonly timestamp: number;
  /** The manifest's root chunk. */
  readonly root: ChunkHash;
  /** Of what the chunks are made: a reader that does not know it leaves the snapshot alone. */
  readonly format: number;
  /** When it was taken, ms. */
  readonly takenAt: number;
}

/** The snapshots that there are. Like chunks, derived from the log. */
export interface SnapshotStore {
  /** Records a snapshot whose chunks have been put; one of the same branch and LSN is replaced. */
  put(snapshot: SnapshotRecord): Promise<void>;
  /** The newest snapshot of a branch's own chain at or before an LSN. */
  atOrBefore(branchId: number, lsn: Lsn): MaybePromise<SnapshotRecord | undefined>;
  /** Every snapshot, of one branch or of all, by branch and LSN. */
  list(branchId?: number): MaybePromise<readonly SnapshotRecord[]>;
  remove(branchId: number, lsn: Lsn): Promise<void>;
  /** What `putHotList` kept last; undefined if there is nothing. */
  hotList(): MaybePromise<Uint8Array | undefined>;
  /**
   * Keeps, in the place of what was there, what a process has to tell the next ones: what it read most lately. Its form is
   * the caller's. At most `HOT_LIST_BYTES`. One among several at once wins, and none need survive a crash.
   */
  putHotList(list: Uint8Array): Promise<void>;
}

/** The most that a hot list has: less than LMDB would give pages of its own. */
export const HOT_LIST_BYTES = 1_536;
