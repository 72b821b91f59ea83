import type { Lsn, Pacer } from '@argon/wal';
import type { DocumentReader } from '../cache/document-reader';
import { indexEntryKey } from '../index/entry-key';
import type { IndexLayers } from '../index/index-layers';
import type { IndexTree } from '../index/index-tree';
import { SortedRuns } from '../index/sorted-runs';
import type { CollectionBase } from '../state/collection-base';
import type { LayeredCollectionState } from '../state/collection-state';
import type { BranchState } from '../state/contract';
import type { TreeEdit } from '../tree/edit';

const BATCH_SIZE = 100;
/** Keys that are compared between two looks at the clock. */
const STRIDE = 256;

/** Works out what an index's tree at the base must become to hold what the state holds. */
export class IndexEdits {
  constructor(private readonly documents: DocumentReader) {}

  /** In key order. Reads the base's versions of documents that were changed since, for the keys they had. Gives way. */
  async of(
    state: BranchState,
    collection: LayeredCollectionState,
    { base, overlay }: IndexLayers,
    pacer: Pacer,
  ): Promise<readonly TreeEdit<string>[]> {
    const before = new SortedRuns();
    if (collection.base !== undefined && base !== undefined && base.tree.count > 0) {
      await this.#gather(before, state, collection.base, collection.records.keys(), overlay, pacer);
    }
    return replaced(before.sorted(), entryKeys(overlay), pacer);
  }

  /** The keys that touched records of the base have there. */
  async #gather(
    keys: SortedRuns,
    state: BranchState,
    base: CollectionBase,
    touched: Iterable<Lsn>,
    overlay: IndexTree,
    pacer: Pacer,
  ): Promise<void> {
    for (const batch of batches(touched, base.lsn)) {
      const found = await base.records.getMany(batch);
      const records = batch.filter((_, i) => found[i] !== undefined);
      const lsns = found.filter((lsn) => lsn !== undefined);
      const documents = await this.documents.read(state, lsns, Infinity);
      for (const [i, document] of documents.entries()) {
        for (const key of overlay.keysOf(document)) keys.add(indexEntryKey(key, records[i]!));
      }
      if (pacer.due) await pacer.giveWay();
    }
  }
}

/** Records up to an LSN, some hundred at a time. */
function* batches(records: Iterable<Lsn>, through: Lsn): Generator<Lsn[], undefined> {
  let batch: Lsn[] = [];
  for (const record of records) {
    // Ascending: the rest is newer than the base.
    if (record > through) break;
    batch.push(record);
    if (batch.length < BATCH_SIZE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function* entryKeys(overlay: IndexTree): Generator<string, undefined> {
  for (const { key, record } of overlay.range()) yield indexEntryKey(key, record);
}

/** Removes the keys of `before` and puts those of `after`, both in order; what is in both stays as it is. */
async function replaced(
  before: Iterator<string, undefined>,
  after: Iterator<string, undefined>,
  pacer: Pacer,
): Promise<TreeEdit<string>[]> {
  const edits: TreeEdit<string>[] = [];
  let old = before.next();
  let now = after.next();
  // Most keys may be in both, so it is the steps that count, not the edits.
  for (let steps = 1; !old.done || !now.done; steps++) {
    if (!now.done && (old.done || now.value < old.value)) {
      edits.push({ key: now.value, value: 0 });
      now = after.next();
    } else if (!old.done && (now.done || old.value < now.value)) {
      edits.push({ key: old.value, value: undefined });
      old = before.next();
    } else {
      old = before.next();
      now = after.next();
    }
    if (steps % STRIDE === 0 && pacer.due) await pacer.giveWay();
  }
  return edits;
}
