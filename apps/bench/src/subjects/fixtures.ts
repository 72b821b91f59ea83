import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPeople } from '../documents/load';
import { count } from '../figures/numbers';
import { openArgon, type Argon } from './argon';
import { loadLongHistory, type LongHistory } from './history';

type Say = (line: string) => void;

/** A way to fill an empty store, and what is to be known of it afterwards. */
interface Filling<T> {
  /** What stores filled so are called. */
  readonly name: string;
  readonly load: (argon: Argon) => Promise<T>;
}

/**
 * Fills stores. An LMDB store of a kind and size is made once in a run; scenarios get copies of its folder, so
 * none sees what another did and a run does not take as long as all its imports.
 */
export class Fixtures {
  readonly #made = new Map<string, Promise<{ readonly folder: string; readonly found: unknown }>>();

  constructor(private readonly folder: string) {}

  /** Fills the store at an address, which must be new, with the first `size` people. */
  async fill(address: string, size: number, say: Say): Promise<void> {
    const load = (argon: Argon) => loadPeople(argon.db(), size).then(() => {});
    const filling = { name: `people-${size}`, load };
    await this.#put(address, filling, () => say(`filling a store with ${count(size)} documents`));
  }

  /** Fills the store at an address, which must be new, with a history of that many entries. */
  async fillWithHistory(address: string, entries: number, say: Say): Promise<LongHistory> {
    const filling = {
      name: `history-${entries}`,
      load: (argon: Argon) => loadLongHistory(argon, entries),
    };
    return this.#put(address, filling, () => say(`making a history of ${count(entries)} entries`));
  }

  async #put<T>(address: string, filling: Filling<T>, telling: () => void): Promise<T> {
    if (!address.startsWith('lmdb:')) {
      telling();
      return load(address, filling);
    }
    let made = this.#made.get(filling.name);
    if (made === undefined) {
      telling();
      const folder = join(this.folder, filling.name);
      made = load(`lmdb:${folder}`, filling).then((found) => ({ folder, found }));
      this.#made.set(filling.name, made);
    }
    const { folder, found } = await made;
    await cp(folder, address.slice('lmdb:'.length), { recursive: true });
    // Fillings of one name give one kind of answer.
    return found as T;
  }
}

async function load<T>(address: string, filling: Filling<T>): Promise<T> {
  const argon = await openArgon(address);
  try {
    return await filling.load(argon);
  } finally {
    await argon.close();
  }
}
