import type { Lsn, Pacer } from '@argon/wal';
import type { DocumentReader } from '../cache/document-reader';
import { DocumentMissingError } from '../errors';
import { indexEntryKey, recordOfEntry } from '../index/entry-key';
import type { IndexLayers } from '../index/index-layers';
import type { IndexTree } from '../index/index-tree';
import { SortedRuns } from '../index/sorted-runs';
import type { CollectionBase } from '../state/collection-base';
import type { LayeredCollectionState } from '../state/collection-state';
import type { BranchState } from '../state/contract';
import type { SortedTree } from '../state/sorted-tree';
import type { TreeEdit } from '../tree/edit';
import type { Tree } from '../tree/tree';

const BATCH_SIZE = 100;
/** Keys that are compared between two looks at the clock. */
const STRIDE = 256;

/** Works out what an index's tree at the base must become to hold what the state holds. */
export class IndexEdits {
  constructor(private readonly documents: DocumentReader) {}

  /**
   * In key order. For the keys that changed documents had at the base it reads their versions there; where those do not tell,
   * or a compaction has dropped some, it goes through the whole of the tree. Gives way.
   */
  async of(
    state: BranchState,
    collection: LayeredCollectionState,
    { base, overlay }: IndexLayers,
    pacer: Pacer,
  ): Promise<readonly TreeEdit<string>[]> {
    let before = new SortedRuns();
    if (collection.base !== undefined && base !== undefined && base.tree.count > 0) {
      const { records } = collection;
      const byDocuments =
        base.lacksChanged === undefined &&
        (await this.#gather(before, state, collection.base, records.keys(), overlay, pacer));
      if (!byDocuments) before = await entriesOf(base.tree, records, pacer);
    }
    return replaced(before.sorted(), entryKeys(overlay), pacer);
  }

  /** The keys that touched records of the base have there. False if documents are not there any more. */
  async #gather(
    keys: SortedRuns,
    state: BranchState,
    base: CollectionBase,
    touched: Iterable<Lsn>,
    overlay: IndexTree,
    pacer: Pacer,
  ): Promise<boolean> {
    for (const batch of batches(touched, base.lsn)) {
      const found = await base.records.getMany(batch);
      const records = batch.filter((_, i) => found[i] !== undefined);
      const lsns = found.filter((lsn) => lsn !== undefined);
      const documents = await this.#documents(state, lsns);
      if (documents === undefined) return false;
      for (const [i, document] of documents.entries()) {
        for (const key of overlay.keysOf(document)) keys.add(indexEntryKey(key, records[i]!));
      }
      if (pacer.due) await pacer.giveWay();
    }
    return true;
  }

  async #documents(state: BranchState, lsns: readonly Lsn[]): Promise<readonly Uint8Array[] | undefined> {
    try {
      return await this.documents.read(state, lsns, Infinity);
    } catch (error) {
      if (error instanceof DocumentMissingError) return undefined;
      throw error;
    }
  }
}

/** The keys of a tree under which touched records lie. */
async function entriesOf(
  tree: Tree<string>,
  touched: SortedTree<Lsn, Lsn>,
  pacer: Pacer,
): Promise<SortedRuns> {
  const keys = new SortedRuns();
  const scan = tree.scan({ batchSize: STRIDE });
  for (let batch = await scan.next(); batch !== undefined; batch = await scan.next()) {
    for (const key of batch.keys) if (touched.has(recordOfEntry(key))) keys.add(key);
    if (pacer.due) await pacer.giveWay();
  }
  return keys;
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
