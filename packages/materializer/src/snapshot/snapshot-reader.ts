import { BranchNotFoundError, timelineAt, type ChunkHash, type SnapshotRecord, type Store } from '@argon/wal';
import { SnapshotDamagedError } from '../errors';
import { IndexSlots } from '../index/index-slots';
import { LayeredBranchState } from '../state/branch-state';
import type { CollectionBase, IndexBase } from '../state/collection-base';
import { CollectionMap } from '../state/collection-map';
import { LayeredCollectionState } from '../state/collection-state';
import type { NodeStore } from '../tree/node-store';
import { Tree } from '../tree/tree';
import { decodeCollection, decodeManifest, type StoredCollection } from './manifest';

/** Gives the states that snapshots hold: their trees' nodes are only loaded when something asks for them. */
export class SnapshotReader {
  constructor(
    private readonly store: Pick<Store, 'chunks' | 'branchById'>,
    private readonly nodes: NodeStore,
  ) {}

  /** @throws SnapshotDamagedError */
  async read(snapshot: SnapshotRecord): Promise<LayeredBranchState> {
    const [bytes] = await this.#chunks([snapshot.root]);
    const { deleted, catalogLsn, entries } = decodeManifest(bytes!);
    const chunks = await this.#chunks(entries.map(({ chunk }) => chunk));
    const collections = entries.map(({ name, chunk }, i): [string, LayeredCollectionState] => {
      const stored = decodeCollection(chunks[i]!);
      const base = this.#base(stored, chunk);
      return [name, LayeredCollectionState.at(stored.catalog, base, new IndexSlots())];
    });
    const { branchId, lsn, timestamp } = snapshot;
    const timeline = await timelineAt(branchId, lsn, (id) => this.store.branchById(id));
    if (timeline === undefined) throw new BranchNotFoundError(branchId);
    const map = CollectionMap.empty<LayeredCollectionState>().with(collections);
    return LayeredBranchState.at({ timeline, timestamp, deleted, catalogLsn: catalogLsn ?? lsn }, map);
  }

  #base(
    { lsn, records, ids, idForms, indexes, catalog }: StoredCollection,
    chunk: ChunkHash,
  ): CollectionBase {
    const trees = new Map<string, IndexBase>();
    for (const [identity, { root, multikey, forms }] of indexes) {
      trees.set(identity, { tree: Tree.at(this.nodes, 'string', root), multikey, forms });
    }
    return {
      lsn,
      records: Tree.at(this.nodes, 'number', records),
      ids: Tree.at(this.nodes, 'string', ids),
      idForms,
      indexes: trees,
      stored: { chunk, catalog },
    };
  }

  async #chunks(hashes: readonly ChunkHash[]): Promise<Uint8Array[]> {
    const found = await this.store.chunks.get(hashes);
    return found.map((bytes, i) => {
      if (bytes === undefined) throw new SnapshotDamagedError(`chunk ${hashes[i]} is not there`);
      return bytes;
    });
  }
}
