import type { ChunkStore, Store } from '@argon/wal';
import { DocumentCache } from '../cache/document-cache';
import { DocumentReader } from '../cache/document-reader';
import { IndexCatalog } from '../index/index-catalog';
import type { KeySources } from '../index/key-extractor';
import { IndexEdits } from '../snapshot/index-edits';
import { SnapshotReader } from '../snapshot/snapshot-reader';
import { SnapshotWriter } from '../snapshot/snapshot-writer';
import type { LayeredBranchState } from '../state/branch-state';
import { NodeStore } from '../tree/node-store';
import { ScratchChunks } from './scratch-chunks';

const CACHE_BYTES = 16 * 1024 * 1024;

/** Reads snapshots, and takes some for comparison that nobody ever sees. Its caches are its own. */
export class Trial {
  readonly documents: DocumentReader;
  readonly reader: SnapshotReader;
  readonly #chunks: ScratchChunks;
  readonly #writer: SnapshotWriter;

  constructor(store: Store, chunks: ChunkStore, keySources: KeySources) {
    this.#chunks = new ScratchChunks(chunks);
    const nodes = new NodeStore(this.#chunks, CACHE_BYTES);
    this.documents = new DocumentReader(store, new DocumentCache(CACHE_BYTES));
    this.reader = new SnapshotReader(
      { chunks: this.#chunks, branchById: (id) => store.branchById(id) },
      nodes,
    );
    this.#writer = new SnapshotWriter(
      { chunks: this.#chunks, snapshots: { ...store.snapshots, put: () => Promise.resolve() } },
      nodes,
      new IndexCatalog(this.documents, nodes, keySources),
      new IndexEdits(this.documents),
    );
  }

  /** A state as a snapshot of it would hold it. */
  async taken(state: LayeredBranchState): Promise<LayeredBranchState> {
    return (await this.#writer.take(state)).state;
  }
}
