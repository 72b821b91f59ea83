import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lsn } from '../../entry/entry';
import type { SnapshotRecord, SnapshotStore } from '../chunks';
import { folderFailure, isAbsent } from './failure';
import { Files, namesIn } from './files';

/** Snapshot records as files of a folder: `snapshots/<branch id>/<LSN>.json`, and the hot list as `snapshots/hot`. One that is unreadable counts as absent. */
export class FolderSnapshotStore implements SnapshotStore {
  readonly #files: Files;

  constructor(readonly folder: string) {
    this.#files = new Files(folder);
  }

  put(snapshot: SnapshotRecord): Promise<void> {
    const path = this.#pathOf(snapshot.branchId, snapshot.lsn);
    return this.#do(() => this.#files.write(path, JSON.stringify(snapshot)));
  }

  atOrBefore(branchId: number, lsn: Lsn): Promise<SnapshotRecord | undefined> {
    return this.#do(async () => {
      const lsns = await this.#lsnsOf(branchId);
      for (const candidate of lsns.filter((own) => own <= lsn).reverse()) {
        const snapshot = await this.#read(branchId, candidate);
        if (snapshot) return snapshot;
      }
      return undefined;
    });
  }

  list(branchId?: number): Promise<readonly SnapshotRecord[]> {
    return this.#do(async () => {
      const all: SnapshotRecord[] = [];
      for (const id of branchId === undefined ? await this.#branches() : [branchId]) {
        for (const lsn of await this.#lsnsOf(id)) {
          const snapshot = await this.#read(id, lsn);
          if (snapshot) all.push(snapshot);
        }
      }
      return all;
    });
  }

  remove(branchId: number, lsn: Lsn): Promise<void> {
    return this.#do(() => rm(this.#pathOf(branchId, lsn), { force: true }));
  }

  hotList(): Promise<Uint8Array | undefined> {
    return this.#do(async () => {
      try {
        return await readFile(this.#hotListPath);
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    });
  }

  putHotList(list: Uint8Array): Promise<void> {
    return this.#do(() => this.#files.write(this.#hotListPath, list));
  }

  get #hotListPath(): string {
    return join(this.folder, 'snapshots', 'hot');
  }

  async #branches(): Promise<number[]> {
    return numbers(await namesIn(join(this.folder, 'snapshots')), /^(\d+)$/);
  }

  async #lsnsOf(branchId: number): Promise<Lsn[]> {
    return numbers(await namesIn(join(this.folder, 'snapshots', String(branchId))), /^(\d+)\.json$/);
  }

  async #read(branchId: number, lsn: Lsn): Promise<SnapshotRecord | undefined> {
    try {
      return JSON.parse(await readFile(this.#pathOf(branchId, lsn), 'utf8')) as SnapshotRecord;
    } catch (error) {
      if (isAbsent(error) || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  #pathOf(branchId: number, lsn: Lsn): string {
    return join(this.folder, 'snapshots', String(branchId), `${lsn}.json`);
  }

  async #do<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw folderFailure(this.folder, error);
    }
  }
}

/** The numbers in names that have one, in order. */
function numbers(names: readonly string[], pattern: RegExp): number[] {
  const found = names.map((name) => pattern.exec(name)?.[1]).filter((text) => text !== undefined);
  return found.map(Number).sort((a, b) => a - b);
}
