import { idKey } from '@argon/bson';
import type { Lsn } from '@argon/wal';
import { LogInconsistentError } from '../errors';
import type { IndexChange } from '../index/index-tree';
import { ResidentCollectionState } from './collection-state';
import type { AppliedEntry, CollectionCatalog } from './contract';
import type { SortedTree } from './sorted-tree';

/** A collection's next state while entries are applied to it. The state it started from never changes. */
export class CollectionDraft {
  catalog: CollectionCatalog;
  readonly #base: ResidentCollectionState;
  #records: SortedTree<Lsn, Lsn>;
  #ids: SortedTree<string, Lsn>;
  #owned = false;
  /** Kept only when an index has been built: then it follows. */
  readonly #changes: IndexChange[] | undefined;

  constructor(base: ResidentCollectionState) {
    this.#base = base;
    this.catalog = base.catalog;
    this.#records = base.records;
    this.#ids = base.ids;
    this.#changes = base.indexes.size > 0 ? [] : undefined;
  }

  /** Applies an insert, update or delete. @throws LogInconsistentError if it cannot follow what is here */
  apply(entry: AppliedEntry): void {
    if (!this.#owned) {
      this.#records = this.#records.clone();
      this.#ids = this.#ids.clone();
      this.#owned = true;
    }
    const fits =
      entry.operation === 'insert'
        ? this.#insert(entry)
        : entry.operation === 'update'
          ? this.#records.changeIfPresent(entry.recordLsn, entry.lsn)
          : this.#delete(entry);
    if (!fits) this.#refuse(entry);
    const record = entry.operation === 'insert' ? entry.lsn : entry.recordLsn;
    this.#changes?.push({ record, document: entry.document });
  }

  finish(): ResidentCollectionState {
    // The same documents have the same indexes: one built on either state, to be checked before it is created, say,
    // is there on both.
    const { indexes: before } = this.#base;
    const indexes = this.#owned ? before.advanced(this.#changes ?? [], this.catalog) : before;
    return new ResidentCollectionState(this.catalog, this.#records, this.#ids, indexes);
  }

  /** An insert is its own record; a draft of one may leave that to be filled in (0). */
  #insert(entry: AppliedEntry): boolean {
    return (
      (entry.recordLsn === entry.lsn || entry.recordLsn === 0) &&
      this.#ids.set(idKey(entry.documentId), entry.lsn, false) &&
      this.#records.set(entry.lsn, entry.lsn, false)
    );
  }

  #delete(entry: AppliedEntry): boolean {
    const key = idKey(entry.documentId);
    return (
      this.#ids.get(key) === entry.recordLsn && this.#ids.delete(key) && this.#records.delete(entry.recordLsn)
    );
  }

  #refuse(entry: AppliedEntry): never {
    const what =
      entry.operation === 'insert'
        ? `an insert into '${this.catalog.name}' repeats an _id that is there already`
        : `a document of '${this.catalog.name}' that is not there is changed (${entry.operation})`;
    throw new LogInconsistentError(what, { lsn: entry.lsn, recordLsn: entry.recordLsn });
  }
}
