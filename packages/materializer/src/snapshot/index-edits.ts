import type { Lsn } from '@argon/wal';
import type { DocumentReader } from '../cache/document-reader';
import { indexEntryKey } from '../index/entry-key';
import type { IndexLayers } from '../index/index-layers';
import type { Pacer } from '../replay/pacer';
import type { LayeredBranchState } from '../state/branch-state';
import type { LayeredCollectionState } from '../state/collection-state';
import type { TreeEdit } from '../tree/edit';

const BATCH_SIZE = 500;

/** Works out what an index's tree at the base must become to hold what the state holds. */
export class IndexEdits {
  constructor(private readonly documents: DocumentReader) {}

  /** Sorted by key. Reads the previous versions of documents that were changed, for the keys they had. */
  async between(
    state: LayeredBranchState,
    collection: LayeredCollectionState,
    layers: IndexLayers,
    pacer: Pacer,
  ): Promise<TreeEdit<string>[]> {
    const { overlay } = layers;
    const values = new Map<string, number | undefined>();
    if (layers.base !== undefined && layers.base.tree.count > 0) {
      for (const key of await this.#keysBefore(state, collection, layers, pacer)) values.set(key, undefined);
    }
    for (const { key, record } of overlay.range()) {
      const entry = indexEntryKey(key, record);
      // A key that stays is not an edit.
      if (values.has(entry)) values.delete(entry);
      else values.set(entry, 0);
      if (pacer.due) await pacer.giveWay();
    }
    const edits = Array.from(values, ([key, value]): TreeEdit<string> => ({ key, value }));
    return edits.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async #keysBefore(
    state: LayeredBranchState,
    collection: LayeredCollectionState,
    { overlay }: IndexLayers,
    pacer: Pacer,
  ): Promise<string[]> {
    const base = collection.base!;
    const touched: Lsn[] = [];
    for (const record of collection.records.keys()) if (record <= base.lsn) touched.push(record);
    const keys: string[] = [];
    for (let at = 0; at < touched.length; at += BATCH_SIZE) {
      const records: Lsn[] = [];
      const lsns: Lsn[] = [];
      const batch = touched.slice(at, at + BATCH_SIZE);
      for (const [i, lsn] of (await base.records.getMany(batch)).entries()) {
        if (lsn === undefined) continue;
        records.push(batch[i]!);
        lsns.push(lsn);
      }
      const documents = await this.documents.read(state, lsns, false);
      for (const [i, document] of documents.entries()) {
        for (const key of overlay.keysOf(document)) keys.push(indexEntryKey(key, records[i]!));
      }
      if (pacer.due) await pacer.giveWay();
    }
    return keys;
  }
}
