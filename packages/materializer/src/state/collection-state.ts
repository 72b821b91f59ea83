import { UNKNOWN_FORMS } from '@argon/bson';
import type { Lsn, MaybePromise } from '@argon/wal';
import type { IndexSlots } from '../index/index-slots';
import { after } from '../tree/maybe-promise';
import type { CollectionBase } from './collection-base';
import type { CollectionCatalog, CollectionState, RecordRef, ScanOptions } from './contract';
import { GONE } from './gone';
import { MergedScan } from './merged-scan';
import { numberTree, stringTree, type SortedTree } from './sorted-tree';

/**
 * A collection's state: what it held at a snapshot (the base; there may be none), and over it, in memory, what changed
 * since. The overlay's trees are sorted and share nodes with those of the states before and after this one.
 */
export class LayeredCollectionState implements CollectionState {
  constructor(
    readonly catalog: CollectionCatalog,
    readonly count: number,
    readonly base: CollectionBase | undefined,
    /** record → LSN of its current version, GONE for a record of the base that was deleted. */
    readonly records: SortedTree<Lsn, Lsn>,
    /** `idKey` of `_id` → record, GONE for one that may be in the base and was deleted. */
    readonly ids: SortedTree<string, Lsn>,
    /** Indexes that were asked for; advanced along with the state. */
    readonly indexes: IndexSlots,
    readonly idForms = UNKNOWN_FORMS,
  ) {}

  static empty(catalog: CollectionCatalog, indexes: IndexSlots): LayeredCollectionState {
    return new LayeredCollectionState(catalog, 0, undefined, numberTree(), stringTree(), indexes, 0);
  }

  /** What a snapshot holds, with nothing changed since. */
  static at(catalog: CollectionCatalog, base: CollectionBase, indexes: IndexSlots): LayeredCollectionState {
    const { records, idForms } = base;
    return new LayeredCollectionState(
      catalog,
      records.count,
      base,
      numberTree(),
      stringTree(),
      indexes,
      idForms,
    );
  }

  byId(key: string): MaybePromise<RecordRef | undefined> {
    const record = this.ids.get(key);
    if (record !== undefined) return record === GONE ? undefined : { record, lsn: this.records.get(record)! };
    if (this.base === undefined) return undefined;
    const found = this.base.ids.get(key);
    if (found instanceof Promise) {
      return found.then((stored) => (stored === undefined ? undefined : this.byRecord(stored)));
    }
    return found === undefined ? undefined : this.byRecord(found);
  }

  byRecord(record: Lsn): MaybePromise<RecordRef | undefined> {
    const lsn = this.records.get(record);
    if (lsn !== undefined) return lsn === GONE ? undefined : { record, lsn };
    if (this.base === undefined || record > this.base.lsn) return undefined;
    const found = this.base.records.get(record);
    return found instanceof Promise ? found.then((stored) => refOf(record, stored)) : refOf(record, found);
  }

  byRecords(records: readonly Lsn[]): MaybePromise<readonly (RecordRef | undefined)[]> {
    const nodes = this.base?.records.nodes;
    if (nodes?.asynchronous === true) return this.#together(records);
    const refs = new Array<RecordRef | undefined>(records.length);
    for (let i = 0; i < records.length; i++) {
      const ref = this.byRecord(records[i]!);
      // It turns out that the store takes its time: what is under way is of use to this as well.
      if (ref instanceof Promise) return ref.then(() => this.#together(records));
      refs[i] = ref;
    }
    return refs;
  }

  /** One request for each level of the base's tree. */
  #together(records: readonly Lsn[]): MaybePromise<readonly (RecordRef | undefined)[]> {
    const base = this.base!;
    const refs = new Array<RecordRef | undefined>(records.length).fill(undefined);
    const below: number[] = [];
    for (const [i, record] of records.entries()) {
      const lsn = this.records.get(record);
      if (lsn === undefined) {
        if (record <= base.lsn) below.push(i);
      } else if (lsn !== GONE) refs[i] = { record, lsn };
    }
    below.sort((a, b) => records[a]! - records[b]!);
    return after(base.records.getMany(below.map((i) => records[i]!)), (found) => {
      for (const [nth, i] of below.entries()) refs[i] = refOf(records[i]!, found[nth]);
      return refs;
    });
  }

  scan(options: ScanOptions = {}): { next(): MaybePromise<readonly RecordRef[] | undefined> } {
    return new MergedScan(this.records, this.base?.records, options);
  }
}

function refOf(record: Lsn, lsn: Lsn | undefined): RecordRef | undefined {
  return lsn === undefined ? undefined : { record, lsn };
}
