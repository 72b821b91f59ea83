import { idKey, keyForms } from '@argon/bson';
import type { Lsn } from '@argon/wal';
import { LogInconsistentError } from '../errors';
import { IndexSlots } from '../index/index-slots';
import type { IndexChange } from '../index/index-tree';
import { LayeredCollectionState } from './collection-state';
import type { AppliedEntry, CollectionCatalog } from './contract';
import { GONE } from './gone';
import type { SortedTree } from './sorted-tree';

/** A collection's next state while entries are applied to it. The state it started from never changes. */
export class CollectionDraft {
  catalog: CollectionCatalog;
  readonly #base: LayeredCollectionState;
  #records: SortedTree<Lsn, Lsn>;
  #ids: SortedTree<string, Lsn>;
  #idForms: number;
  #count: number;
  #owned = false;
  /** Kept only when an index has been built, and as long as it can follow. */
  #changes: IndexChange[] | undefined;

  constructor(base: LayeredCollectionState) {
    this.#base = base;
    this.catalog = base.catalog;
    this.#records = base.records;
    this.#ids = base.ids;
    this.#idForms = base.idForms;
    this.#count = base.count;
    this.#changes = base.indexes.size > 0 ? [] : undefined;
  }

  /**
   * Applies an insert, update or delete.
   * @param isLenient an update or delete of a record that is not here is passed over
   * @throws LogInconsistentError if it cannot follow what is here
   */
  apply(entry: AppliedEntry, isLenient: boolean): void {
    if (!this.#owned) {
      this.#records = this.#records.clone();
      this.#ids = this.#ids.clone();
      this.#owned = true;
    }
    const fits =
      entry.operation === 'insert'
        ? this.#insert(entry)
        : entry.operation === 'update'
          ? this.#update(entry)
          : this.#delete(entry);
    if (!fits) {
      if (isLenient && entry.operation !== 'insert' && !this.#has(entry.recordLsn)) return;
      this.#refuse(entry);
    }
    const record = entry.operation === 'insert' ? entry.lsn : entry.recordLsn;
    // An update of a bare range of the log does not say what the document has become.
    if (entry.operation === 'update' && entry.document === null) this.#changes = undefined;
    this.#changes?.push({ record, document: entry.document });
  }

  finish(): LayeredCollectionState {
    // The same documents have the same indexes: one built on either state, to be checked before it is created, say,
    // is there on both.
    const { indexes: before } = this.#base;
    const followed = (): IndexSlots =>
      this.#changes === undefined ? new IndexSlots() : before.advanced(this.#changes, this.catalog);
    const indexes = this.#owned ? followed() : before;
    return new LayeredCollectionState(
      this.catalog,
      this.#count,
      this.#base.base,
      this.#records,
      this.#ids,
      indexes,
      this.#idForms,
    );
  }

  /** An insert is its own record; a draft of one may leave that to be filled in (0). */
  #insert({ lsn, recordLsn, documentId }: AppliedEntry): boolean {
    if (recordLsn !== lsn && recordLsn !== 0) return false;
    const key = idKey(documentId);
    if (!this.#ids.set(key, lsn, false)) {
      if (this.#ids.get(key) !== GONE) return false;
      this.#ids.set(key, lsn);
    }
    this.#records.set(lsn, lsn);
    this.#idForms |= keyForms(documentId);
    this.#count += 1;
    return true;
  }

  #update({ lsn, recordLsn }: AppliedEntry): boolean {
    if (!this.#has(recordLsn)) return false;
    this.#records.set(recordLsn, lsn);
    return true;
  }

  #delete({ recordLsn, documentId }: AppliedEntry): boolean {
    const key = idKey(documentId);
    const holder = this.#ids.get(key);
    if (!this.#has(recordLsn) || (holder !== undefined && holder !== recordLsn)) return false;
    if (this.#isOfBase(recordLsn)) this.#records.set(recordLsn, GONE);
    else this.#records.delete(recordLsn);
    // Also where a newer record had the key: an older one of the base may lie below.
    if (this.#base.base) this.#ids.set(key, GONE);
    else this.#ids.delete(key);
    this.#count -= 1;
    return true;
  }

  /** Whether the record is there, as far as that is known without a look at the base. */
  #has(record: Lsn): boolean {
    const lsn = this.#records.get(record);
    return lsn === undefined ? this.#isOfBase(record) : lsn !== GONE;
  }

  #isOfBase(record: Lsn): boolean {
    return this.#base.base !== undefined && record <= this.#base.base.lsn;
  }

  #refuse(entry: AppliedEntry): never {
    const what =
      entry.operation === 'insert'
        ? `an insert into '${this.catalog.name}' repeats an _id that is there already`
        : `a document of '${this.catalog.name}' that is not there is changed (${entry.operation})`;
    throw new LogInconsistentError(what, { lsn: entry.lsn, recordLsn: entry.recordLsn });
  }
}
