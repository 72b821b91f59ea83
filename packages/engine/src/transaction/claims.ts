import type { Lsn, MaybePromise } from '@argon/wal';
import type { CollectionCatalog } from '@argon/materializer';

/** Who is asked before a draft changes something that an open transaction may have changed. */
export interface Claimant {
  /** A document, by its collection and the key of its id. */
  document(collection: string, key: string): MaybePromise<void>;
  /** A key of a unique index that a document is about to have. @param record the document's own, which may have it */
  unique(catalog: CollectionCatalog, index: string, key: string, record: Lsn | undefined): MaybePromise<void>;
  /** A collection itself: its options, its indexes, whether it is there. */
  collection(name: string): void;
}

/** An open transaction, as far as others must know it. */
export interface Holder {
  /** Resolves when it has ended, in whatever way. */
  readonly ended: Promise<void>;
}

/** A write met something that an open transaction has changed: it is computed again when that has ended. */
export class Blocked extends Error {
  constructor(readonly holder: Holder) {
    super('an open transaction has changed what this write is to change');
  }
}

/** What the open transactions of this process have changed on a branch. */
export class Claims {
  readonly #held = new Map<string, Holder>();
  /** Collection → the transactions that have changed documents in it. */
  readonly #collections = new Map<string, Set<Holder>>();

  get isEmpty(): boolean {
    return this.#collections.size === 0;
  }

  /** Takes something for a transaction; false if another one has it. */
  take(holder: Holder, collection: string, name: string): boolean {
    const present = this.#held.get(name);
    if (present !== undefined) return present === holder;
    this.#held.set(name, holder);
    const holders = this.#collections.get(collection);
    if (holders === undefined) this.#collections.set(collection, new Set([holder]));
    else holders.add(holder);
    return true;
  }

  has(holder: Holder, name: string): boolean {
    return this.#held.get(name) === holder;
  }

  release(holder: Holder): void {
    for (const [name, present] of this.#held) if (present === holder) this.#held.delete(name);
    for (const [name, holders] of this.#collections) {
      if (holders.delete(holder) && holders.size === 0) this.#collections.delete(name);
    }
  }

  /** For writes outside of transactions. Each throws `Blocked`. */
  readonly guard: Claimant = {
    document: (collection, key) => this.#refuse(this.#held.get(documentName(collection, key))),
    unique: ({ name }, index, key) => this.#refuse(this.#held.get(uniqueName(name, index, key))),
    collection: (name) => this.#refuse(this.#collections.get(name)?.values().next().value),
  };

  #refuse(holder: Holder | undefined): void {
    if (holder !== undefined) throw new Blocked(holder);
  }
}

export function documentName(collection: string, key: string): string {
  return `${collection}\0${key}`;
}

export function uniqueName(collection: string, index: string, key: string): string {
  return `${collection}\0\0${index}\0${key}`;
}
