import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isAbsent } from './failure';

/** A file that has been in the making for so long belongs to a process that died, ms. */
const ABANDONED_AFTER_MS = 3_600_000;

/** Files of a folder, written whole or not at all: in a place of their own, and then renamed. */
export class Files {
  readonly #making: string;

  constructor(readonly root: string) {
    this.#making = join(root, 'tmp');
  }

  async write(path: string, bytes: Uint8Array | string): Promise<void> {
    const made = join(this.#making, `${process.pid}-${randomUUID()}`);
    try {
      await inFolder(this.#making, () => writeFile(made, bytes, { flag: 'wx' }));
      await inFolder(dirname(path), () => rename(made, path));
    } catch (error) {
      await rm(made, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  /** Removes what processes have left behind that died while they wrote. */
  async sweep(): Promise<void> {
    for (const name of await namesIn(this.#making)) {
      const path = join(this.#making, name);
      const age = await stat(path).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > ABANDONED_AFTER_MS) await rm(path, { force: true });
    }
  }
}

/** The names in a folder; none if it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Does something within a folder, which is made if that is what is wrong. */
async function inFolder(folder: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isAbsent(error)) throw error;
    await mkdir(folder, { recursive: true });
    await work();
  }
}
