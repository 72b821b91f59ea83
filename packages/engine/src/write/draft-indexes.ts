import type { BranchState, IndexDefinition, IndexView } from '@argon/materializer';
import type { DocumentSource } from '../view/collection-view';
import { ID_INDEX_DEFINITION } from '../view/id-index-view';

/**
 * The indexes that a draft can read. One cannot be built once the draft has changed its collection, for then some
 * documents are only in the draft; one that was built before follows.
 */
export class DraftIndexes {
  /** `collection/name` of those that were built in time. */
  readonly #built = new Set<string>();
  /** Collections that the draft has changed. */
  readonly #changed = new Set<string>();

  constructor(
    private readonly base: BranchState,
    private readonly source: DocumentSource,
  ) {}

  /** The draft changes the collection from now on; what is built by now can be read on. */
  change(collection: string, built: readonly IndexDefinition[]): void {
    this.#changed.add(collection);
    for (const { name } of built) this.#built.add(`${collection}/${name}`);
  }

  /** The first who comes too late goes without, and has the index built for later drafts. */
  async find(
    state: BranchState,
    collection: string,
    index: string | IndexDefinition,
  ): Promise<IndexView | undefined> {
    // Nothing has to be built for it.
    if (index === ID_INDEX_DEFINITION) return this.source.indexOf(state, collection, index);
    const name = `${collection}/${typeof index === 'string' ? index : index.name}`;
    if (this.#changed.has(collection) && !this.#built.has(name)) {
      const before = this.base.collections.get(collection)?.catalog.indexes;
      const isKnown = before?.some((each) => typeof index !== 'string' || each.name === index) === true;
      if (isKnown) await this.source.indexOf(this.base, collection, index);
      return undefined;
    }
    const found = await this.source.indexOf(state, collection, index);
    this.#built.add(name);
    return found;
  }
}
