import type { MaybePromise } from '@argon/wal';
import type { DocumentReader } from '../cache/document-reader';
import { IndexNotFoundError } from '../errors';
import { ResidentCollectionState } from '../state/collection-state';
import type { BranchState, IndexDefinition } from '../state/contract';
import { IndexBuild } from './index-build';
import type { IndexTree } from './index-tree';
import { keyExtractor, type PartialMatcher } from './key-extractor';

/** Finds the index trees of states, and builds those that nobody asked for before. */
export class IndexCatalog {
  constructor(
    private readonly documents: DocumentReader,
    private readonly partialMatcher: PartialMatcher | undefined,
  ) {}

  /**
   * An index of a collection, at the state's LSN. By name: one that the state's catalogue has. By definition: also
   * one that it does not have yet, to be checked before it is created; it follows the branch for a while.
   * @throws IndexNotFoundError, IndexUnsupportedError; what building it throws (DocumentMissingError, …)
   */
  tree(state: BranchState, collectionName: string, index: string | IndexDefinition): MaybePromise<IndexTree> {
    const collection = state.collections.get(collectionName);
    const definition =
      typeof index === 'string' ? collection?.catalog.indexes.find(({ name }) => name === index) : index;
    if (!(collection instanceof ResidentCollectionState) || !definition) {
      throw new IndexNotFoundError(collectionName, typeof index === 'string' ? index : index.name);
    }
    const known = collection.indexes.get(definition);
    if (known instanceof Promise) {
      return known.then((tree) => tree ?? this.#build(state, collection, definition));
    }
    return known ?? this.#build(state, collection, definition);
  }

  #build(
    state: BranchState,
    collection: ResidentCollectionState,
    definition: IndexDefinition,
  ): MaybePromise<IndexTree> {
    const extract = keyExtractor(definition, this.partialMatcher);
    const tree = new IndexBuild(collection, definition, extract, (lsns) =>
      this.documents.read(state, lsns, false),
    ).run();
    collection.indexes.put(definition, tree);
    return tree;
  }
}
