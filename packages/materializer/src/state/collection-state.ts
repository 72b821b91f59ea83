import type { Lsn } from '@argon/wal';
import type { IndexSlots } from '../index/index-slots';
import type { CollectionCatalog, CollectionState, RecordRef, ScanOptions } from './contract';
import { numberTree, stringTree, type SortedTree } from './sorted-tree';

const BATCH_SIZE = 256;

/** A collection's state wholly in memory: two sorted trees that later states share nodes with. */
export class ResidentCollectionState implements CollectionState {
  constructor(
    readonly catalog: CollectionCatalog,
    /** record → LSN of its current version. */
    readonly records: SortedTree<Lsn, Lsn>,
    /** `idKey` of `_id` → record. */
    readonly ids: SortedTree<string, Lsn>,
    /** Index trees that were asked for; advanced along with the state. */
    readonly indexes: IndexSlots,
  ) {}

  static empty(catalog: CollectionCatalog, indexes: IndexSlots): ResidentCollectionState {
    return new ResidentCollectionState(catalog, numberTree(), stringTree(), indexes);
  }

  get count(): number {
    return this.records.size;
  }

  byId(key: string): RecordRef | undefined {
    const record = this.ids.get(key);
    return record === undefined ? undefined : this.#ref(record);
  }

  byRecord(record: Lsn): RecordRef | undefined {
    return this.records.has(record) ? this.#ref(record) : undefined;
  }

  scan(options: ScanOptions = {}): { next(): readonly RecordRef[] | undefined } {
    const { after, reverse = false, batchSize = BATCH_SIZE } = options;
    const pair: Lsn[] = [];
    const pairs = reverse
      ? this.records.entriesReversed(after, pair, true)
      : this.records.entries(after, pair);
    return {
      next(): readonly RecordRef[] | undefined {
        const batch: RecordRef[] = [];
        while (batch.length < batchSize) {
          const step = pairs.next();
          if (step.done) break;
          const [record, lsn] = step.value;
          if (record !== after) batch.push({ record, lsn });
        }
        return batch.length > 0 ? batch : undefined;
      },
    };
  }

  #ref(record: Lsn): RecordRef {
    return { record, lsn: this.records.get(record) as Lsn };
  }
}
