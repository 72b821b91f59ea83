import { chunkHash, type Chunk, type Lsn, type SnapshotRecord, type Store, Pacer } from '@argon/wal';
import { IndexUnsupportedError } from '../errors';
import type { IndexCatalog } from '../index/index-catalog';
import { IndexSlots } from '../index/index-slots';
import { LayeredBranchState } from '../state/branch-state';
import type { CollectionBase, IndexBase } from '../state/collection-base';
import { CollectionMap } from '../state/collection-map';
import { LayeredCollectionState } from '../state/collection-state';
import { GONE } from '../state/gone';
import { indexIdentity } from '../state/index-definition';

import type { NodeStore } from '../tree/node-store';
import type { Key } from '../tree/key';
import type { TreeEdit } from '../tree/edit';
import { Tree } from '../tree/tree';
import { IndexEdits } from './index-edits';
import { encodeCollection, encodeManifest, SNAPSHOT_FORMAT, type ManifestEntry } from './manifest';

/** What was done, and the same state with the snapshot as its base. */
export interface TakenSnapshot {
  readonly record: SnapshotRecord;
  readonly state: LayeredBranchState;
}

/**
 * Writes a branch's state down as trees of chunks. What did not change since the state's own base is not touched, so the
 * cost follows the changes; equal states have equal trees, so two who take the same snapshot write the same chunks.
 */
export class SnapshotWriter {
  constructor(
    private readonly store: Pick<Store, 'chunks' | 'snapshots'>,
    private readonly nodes: NodeStore,
    private readonly indexes: IndexCatalog,
    private readonly edits: IndexEdits,
  ) {}

  /** Gives way to other work now and then. Chunks are there before the record that names them is. */
  async take(state: LayeredBranchState): Promise<TakenSnapshot> {
    const pacer = new Pacer();
    const chunks: Chunk[] = [];
    const entries: ManifestEntry[] = [];
    const collections: [string, LayeredCollectionState][] = [];
    for (const [name, collection] of state.collections) {
      const base = await this.#base(state, collection, pacer, chunks);
      entries.push({ name, chunk: base.stored.chunk });
      collections.push([name, LayeredCollectionState.at(collection.catalog, base, new IndexSlots())]);
      if (pacer.due) await pacer.giveWay();
    }
    const manifest = chunkOf(
      encodeManifest({ deleted: state.deleted, catalogLsn: state.catalogLsn, entries }),
    );
    await this.nodes.flush();
    await this.store.chunks.put([...chunks, manifest]);
    const record: SnapshotRecord = {
      branchId: state.branchId,
      lsn: state.lsn,
      timestamp: state.timestamp,
      root: manifest.hash,
      format: SNAPSHOT_FORMAT,
      takenAt: Date.now(),
    };
    await this.store.snapshots.put(record);
    const map = CollectionMap.empty<LayeredCollectionState>().with(collections);
    return { record, state: LayeredBranchState.at(state, map) };
  }

  async #base(
    state: LayeredBranchState,
    collection: LayeredCollectionState,
    pacer: Pacer,
    chunks: Chunk[],
  ): Promise<CollectionBase> {
    const { base, catalog, idForms } = collection;
    const isClean = base !== undefined && collection.records.isEmpty && collection.ids.isEmpty;
    const indexes = await this.#indexes(state, collection, pacer);
    if (isClean && catalog === base.stored.catalog && sameRoots(indexes, base.indexes)) return base;
    const lsn: Lsn = isClean ? base.lsn : state.lsn;
    const pace = (): Promise<void> | undefined => (pacer.due ? pacer.giveWay() : undefined);
    const records = isClean
      ? base.records
      : await (base?.records ?? Tree.empty(this.nodes, 'number')).edit(
          editsOf(collection.records.entries()),
          pace,
        );
    const ids = isClean
      ? base.ids
      : await (base?.ids ?? Tree.empty(this.nodes, 'string')).edit(editsOf(collection.ids.entries()), pace);
    const roots = new Map(
      Array.from(
        indexes,
        ([identity, { tree, multikey, forms }]) => [identity, { root: tree.root, multikey, forms }] as const,
      ),
    );
    const trees = { records: records.root, ids: ids.root, indexes: roots };
    const bytes = encodeCollection({ catalog, lsn, idForms, ...trees });
    const chunk = chunkOf(bytes);
    chunks.push(chunk);
    return { lsn, records, ids, idForms, indexes, stored: { chunk: chunk.hash, catalog } };
  }

  /** Every index that there can be a tree of. */
  async #indexes(
    state: LayeredBranchState,
    collection: LayeredCollectionState,
    pacer: Pacer,
  ): Promise<Map<string, IndexBase>> {
    const indexes = new Map<string, IndexBase>();
    for (const definition of collection.catalog.indexes) {
      const identity = indexIdentity(definition);
      if (indexes.has(identity)) continue;
      try {
        const layers = await this.indexes.layers(state, collection, definition);
        const tree = layers.base?.tree ?? Tree.empty(this.nodes, 'string');
        const edits = await this.edits.of(state, collection, layers, pacer);
        indexes.set(identity, {
          multikey: layers.multikey,
          forms: layers.forms,
          tree: await tree.edit(edits, () => (pacer.due ? pacer.giveWay() : undefined)),
        });
      } catch (error) {
        // Kinds of index that nothing is kept for; whoever uses one is told.
        if (!(error instanceof IndexUnsupportedError)) throw error;
      }
    }
    return indexes;
  }
}

function chunkOf(bytes: Uint8Array): Chunk {
  return { hash: chunkHash(bytes), bytes };
}

function* editsOf<K extends Key>(overlay: Iterable<[K, Lsn]>): Generator<TreeEdit<K>, undefined> {
  for (const [key, value] of overlay) yield { key, value: value === GONE ? undefined : value };
}

function sameRoots(a: ReadonlyMap<string, IndexBase>, b: ReadonlyMap<string, IndexBase>): boolean {
  return (
    a.size === b.size &&
    [...a].every(([identity, { tree }]) => b.get(identity)?.tree.root.hash === tree.root.hash)
  );
}
