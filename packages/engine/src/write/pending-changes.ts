import { idKey } from '@argon/bson';
import { isProvisional, provisionalLsn, settleLsn, type DraftEntry, type Lsn } from '@argon/wal';

/** An entry that the draft's state does not show yet. */
export type PendingEntry = DraftEntry & { readonly lsn: Lsn };

/** An entry of another draft as one of this, in which that one's first is the n-th. */
export function takenOver(entry: PendingEntry, n: number): PendingEntry {
  const moved = (lsn: Lsn): Lsn => (isProvisional(lsn) ? provisionalLsn(n + settleLsn(lsn, 0)) : lsn);
  return {
    ...entry,
    lsn: moved(entry.lsn),
    prevLsn: moved(entry.prevLsn),
    recordLsn: moved(entry.recordLsn),
  };
}

/** Where the changes stood. */
export interface PendingMark {
  readonly entries: readonly PendingEntry[];
  readonly count: number;
}

/** Changes of documents that a draft's state does not show yet: they are applied together, when somebody looks. */
export class PendingChanges {
  #entries: PendingEntry[] = [];
  /** Collection → keys of the ids that inserts add. */
  readonly #ids = new Map<string, Set<string>>();
  #hasDelete = false;

  get entries(): readonly PendingEntry[] {
    return this.#entries;
  }

  /** Whether an id may be free again that the state still holds. */
  get hasDelete(): boolean {
    return this.#hasDelete;
  }

  /** @param key of an insert's id */
  add(entry: PendingEntry, key?: string): void {
    this.#entries.push(entry);
    if (entry.operation === 'delete') this.#hasDelete = true;
    if (key === undefined) return;
    const ids = this.#ids.get(entry.collection);
    if (ids === undefined) this.#ids.set(entry.collection, new Set([key]));
    else ids.add(key);
  }

  /** Whether an insert adds this id. */
  adds(collection: string, key: string): boolean {
    return this.#ids.get(collection)?.has(key) === true;
  }

  clear(): void {
    if (this.#entries.length === 0) return;
    // Marks hold on to the old list.
    this.#entries = [];
    this.#ids.clear();
    this.#hasDelete = false;
  }

  mark(): PendingMark {
    return { entries: this.#entries, count: this.#entries.length };
  }

  restore({ entries, count }: PendingMark): void {
    const kept = entries.slice(0, count);
    this.clear();
    for (const entry of kept) {
      this.add(entry, entry.operation === 'insert' ? idKey(entry.documentId) : undefined);
    }
  }
}
