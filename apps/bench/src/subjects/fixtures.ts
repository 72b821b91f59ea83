import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPeople } from '../documents/load';
import { count } from '../figures/numbers';
import { openArgon } from './argon';

/**
 * Fills stores with people. An LMDB store of a size is made once in a run; scenarios get copies of its folder, so
 * none sees what another did and a run does not take as long as all its imports.
 */
export class Fixtures {
  readonly #made = new Map<number, Promise<string>>();

  constructor(private readonly folder: string) {}

  /** Fills the store at an address, which must be new, with the first `size` people. */
  async fill(address: string, size: number, say: (line: string) => void): Promise<void> {
    if (!address.startsWith('lmdb:')) return this.#load(address, size, say);
    let made = this.#made.get(size);
    if (made === undefined) {
      const folder = join(this.folder, `people-${size}`);
      made = this.#load(`lmdb:${folder}`, size, say).then(() => folder);
      this.#made.set(size, made);
    }
    await cp(await made, address.slice('lmdb:'.length), { recursive: true });
  }

  async #load(address: string, size: number, say: (line: string) => void): Promise<void> {
    say(`filling a store with ${count(size)} documents`);
    const argon = await openArgon(address);
    try {
      await loadPeople(argon.db(), size);
    } finally {
      await argon.close();
    }
  }
}
