import { readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Chunk, ChunkHash, ChunkStore, StoredChunk } from '../chunks';
import { folderOf, nameOf, readName } from './chunk-name';
import { folderFailure, isAbsent } from './failure';
import { Files, namesIn } from './files';
import { inParallel } from './parallel';

export interface FolderChunkStoreOptions {
  /** The clock, ms since the epoch. */
  readonly now?: () => number;
}

/**
 * Chunks as files of a folder, made when the first is put. Any number of processes may share it, also over a network
 * file system whose renames are atomic. A chunk's file holds its bytes and nothing else.
 */
export class FolderChunkStore implements ChunkStore {
  readonly #files: Files;
  readonly #now: () => number;

  constructor(
    readonly folder: string,
    options: FolderChunkStoreOptions = {},
  ) {
    this.#files = new Files(folder);
    this.#now = options.now ?? Date.now;
  }

  get(hashes: readonly ChunkHash[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#do(() => inParallel(hashes, (hash) => this.#read(hash)));
  }

  async put(chunks: readonly Chunk[]): Promise<void> {
    await this.#do(() => inParallel(chunks, (chunk) => this.#write(chunk, this.#now())));
  }

  async *list(): AsyncGenerator<readonly StoredChunk[], void, undefined> {
    await this.#do(() => this.#files.sweep());
    const all = join(this.folder, 'chunks');
    for (const two of await this.#do(() => namesIn(all))) {
      const batch: StoredChunk[] = [];
      for (const one of await this.#do(() => namesIn(join(all, two)))) {
        batch.push(...(await this.#do(() => this.#listFolder(two + one))));
      }
      if (batch.length > 0) yield batch;
    }
  }

  async remove(hashes: readonly ChunkHash[], before: number): Promise<number> {
    const removed = await this.#do(() => inParallel(hashes, (hash) => this.#remove(hash, before)));
    return removed.filter((isRemoved) => isRemoved).length;
  }

  async #read(hash: ChunkHash): Promise<Uint8Array | undefined> {
    let isMissed = false;
    for (;;) {
      const [newest] = await this.#copies(hash);
      if (newest === undefined) {
        // While a file is renamed, a listing may have it under neither name: look twice.
        if (isMissed) return undefined;
        isMissed = true;
        continue;
      }
      try {
        const bytes = await readFile(this.#pathOf(newest));
        return bytes.length === newest.size ? bytes : undefined;
      } catch (error) {
        // Renewed or removed in between.
        if (!isAbsent(error)) throw error;
      }
    }
  }

  async #write({ hash, bytes }: Chunk, putAt: number): Promise<void> {
    const target = { hash, putAt, size: bytes.length };
    for (;;) {
      const [newest, ...others] = await this.#copies(hash);
      if (newest === undefined) return this.#files.write(this.#pathOf(target), bytes);
      const path = this.#pathOf(newest);
      try {
        const isWhole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).equals(
          await readFile(path),
        );
        if (!isWhole) await this.#mend(target, bytes, newest);
        else if (newest.putAt < putAt) await rename(path, this.#pathOf(target));
        for (const other of others) await unlink(this.#pathOf(other)).catch(() => undefined);
        return;
      } catch (error) {
        // Another was faster with this name: look again.
        if (!isAbsent(error)) throw error;
      }
    }
  }

  /** Puts a whole file in place of a damaged one. */
  async #mend(target: StoredChunk, bytes: Uint8Array, damaged: StoredChunk): Promise<void> {
    const whole = { ...target, putAt: Math.max(target.putAt, damaged.putAt) };
    await this.#files.write(this.#pathOf(whole), bytes);
    if (nameOf(whole) !== nameOf(damaged)) await unlink(this.#pathOf(damaged));
  }

  async #remove(hash: ChunkHash, before: number): Promise<boolean> {
    const copies = await this.#copies(hash);
    let removed = 0;
    for (const copy of copies) {
      if (copy.putAt >= before) continue;
      try {
        await unlink(this.#pathOf(copy));
        removed += 1;
      } catch (error) {
        if (!isAbsent(error)) throw error;
      }
    }
    return removed > 0 && removed === copies.length;
  }

  /** The files of a chunk, newest first: mostly one, more for a moment where several processes put it. */
  async #copies(hash: ChunkHash): Promise<StoredChunk[]> {
    const found: StoredChunk[] = [];
    for (const name of await namesIn(join(this.folder, folderOf(hash)))) {
      if (!name.startsWith(hash.slice(3))) continue;
      const chunk = readName(hash.slice(0, 3), name);
      if (chunk) found.push(chunk);
    }
    return found.sort((a, b) => b.putAt - a.putAt);
  }

  async #listFolder(digits: string): Promise<StoredChunk[]> {
    const newest = new Map<ChunkHash, StoredChunk>();
    for (const name of await namesIn(join(this.folder, 'chunks', digits.slice(0, 2), digits.slice(2)))) {
      const chunk = readName(digits, name);
      if (chunk && chunk.putAt >= (newest.get(chunk.hash)?.putAt ?? 0)) newest.set(chunk.hash, chunk);
    }
    return [...newest.values()];
  }

  #pathOf(chunk: StoredChunk): string {
    return join(this.folder, folderOf(chunk.hash), nameOf(chunk));
  }

  async #do<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof RangeError) throw error;
      throw folderFailure(this.folder, error);
    }
  }
}
