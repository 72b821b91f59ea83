import type { MaybePromise } from '@argon/wal';
import type { DocumentReader } from '../cache/document-reader';
import { IndexNotFoundError } from '../errors';
import type { CollectionBase, IndexBase } from '../state/collection-base';
import { LayeredCollectionState } from '../state/collection-state';
import type { BranchState, IndexDefinition } from '../state/contract';
import { indexIdentity } from '../state/index-definition';
import { MergedScan } from '../state/merged-scan';
import type { NodeStore } from '../tree/node-store';
import { IndexBaseBuild } from './index-base-build';
import { IdsView } from './ids-view';
import { IndexBuild } from './index-build';
import { IndexLayers } from './index-layers';
import type { IndexTree } from './index-tree';
import type { IndexView } from './index-view';
import { keyExtractor, type KeySources } from './key-extractor';
import { LayeredIndexView } from './layered-index-view';

/** Documents that are read between two looks at the clock. */
const BATCH_SIZE = 256;

/** Finds the indexes of states, and builds those that nobody asked for before. */
export class IndexCatalog {
  constructor(
    private readonly documents: DocumentReader,
    private readonly nodes: NodeStore,
    private readonly keySources: KeySources,
  ) {}

  /**
   * An index of a collection, at the state's LSN. By name: one that the state's catalogue has. By definition: also
   * one that it does not have yet, to be checked before it is created; it follows the branch for a while.
   * @throws IndexNotFoundError, IndexUnsupportedError; what building it throws (DocumentMissingError, …)
   */
  view(state: BranchState, collectionName: string, index: string | IndexDefinition): MaybePromise<IndexView> {
    const collection = state.collections.get(collectionName);
    const definition =
      typeof index === 'string' ? collection?.catalog.indexes.find(({ name }) => name === index) : index;
    if (!(collection instanceof LayeredCollectionState) || !definition) {
      throw new IndexNotFoundError(collectionName, typeof index === 'string' ? index : index.name);
    }
    if (isOnId(definition)) return new IdsView(definition, collection);
    const layers = this.layers(state, collection, definition);
    return layers instanceof Promise
      ? layers.then((built) => new LayeredIndexView(built, collection.records))
      : new LayeredIndexView(layers, collection.records);
  }

  /** The layers of an index at a state, built if need be. */
  layers(
    state: BranchState,
    collection: LayeredCollectionState,
    definition: IndexDefinition,
  ): MaybePromise<IndexLayers> {
    const known = collection.indexes.get(definition);
    if (known instanceof Promise) {
      return known.then((layers) => layers ?? this.#build(state, collection, definition));
    }
    return known ?? this.#build(state, collection, definition);
  }

  #build(
    state: BranchState,
    collection: LayeredCollectionState,
    definition: IndexDefinition,
  ): MaybePromise<IndexLayers> {
    const base = collection.base?.indexes.get(indexIdentity(definition));
    const layers =
      collection.base === undefined || base !== undefined
        ? withBase(base, this.#overlay(state, collection, definition))
        : this.#both(state, collection, collection.base, definition);
    collection.indexes.put(definition, layers);
    return layers;
  }

  async #both(
    state: BranchState,
    collection: LayeredCollectionState,
    base: CollectionBase,
    definition: IndexDefinition,
  ): Promise<IndexLayers> {
    const indexBase = await new IndexBaseBuild(
      this.nodes,
      base.records.scan({ batchSize: BATCH_SIZE }),
      definition.key.size,
      keyExtractor(definition, this.keySources),
      (lsns) => this.documents.read(state, lsns, Infinity),
      (record) => collection.records.has(record),
    ).run();
    return new IndexLayers(indexBase, await this.#overlay(state, collection, definition));
  }

  /** The part of an index that is about what changed since the base. */
  #overlay(
    state: BranchState,
    collection: LayeredCollectionState,
    definition: IndexDefinition,
  ): MaybePromise<IndexTree> {
    return new IndexBuild(
      new MergedScan(collection.records, undefined, { batchSize: BATCH_SIZE }),
      definition,
      keyExtractor(definition, this.keySources),
      (lsns) => this.documents.read(state, lsns, Infinity),
    ).run();
  }
}

function withBase(base: IndexBase | undefined, overlay: MaybePromise<IndexTree>): MaybePromise<IndexLayers> {
  return overlay instanceof Promise
    ? overlay.then((tree) => new IndexLayers(base, tree))
    : new IndexLayers(base, overlay);
}

/** The one index that the catalogue does not name: `{_id: 1}`. */
function isOnId({ key, sparse, partial, specification }: IndexDefinition): boolean {
  const isWhole = !sparse && partial === undefined && !specification.has('collation');
  return isWhole && key.size === 1 && Number(key.get('_id')) > 0;
}
