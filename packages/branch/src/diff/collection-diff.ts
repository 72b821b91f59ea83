import type { BranchState, Materializer } from '@argon/materializer';
import { collectionDifference, type CollectionPair } from './catalog-differences';
import type { CollectionDifference, DocumentDifference } from './contract';
import { documentDifferences } from './document-differences';

/** How one collection differs between two states. */
export class CollectionDiff {
  readonly #materializer: Materializer;
  readonly #states: readonly [BranchState, BranchState];
  /** What it is in each of the two; the same made by the same `create`, whatever its name, or else of one name. */
  readonly pair: CollectionPair;

  constructor(
    materializer: Materializer,
    states: readonly [before: BranchState, after: BranchState],
    pair: CollectionPair,
  ) {
    this.#materializer = materializer;
    this.#states = states;
    this.pair = pair;
  }

  /** Its name after; the one before if it is gone. */
  get name(): string {
    return (this.pair.after ?? this.pair.before)!.name;
  }

  /** What is said differently of the collection itself; undefined: nothing. */
  get catalog(): CollectionDifference | undefined {
    return collectionDifference(this.pair);
  }

  /** How many documents there were before and are after. */
  get counts(): { readonly before: number; readonly after: number } {
    const [before, after] = this.#states;
    const countOf = (state: BranchState, name: string | undefined): number =>
      (name === undefined ? undefined : state.collections.get(name)?.count) ?? 0;
    return { before: countOf(before, this.pair.before?.name), after: countOf(after, this.pair.after?.name) };
  }

  /** The documents that differ, in natural order and in batches. Each call begins again. */
  documents(): AsyncGenerator<readonly DocumentDifference[]> {
    return documentDifferences(this.#materializer, ...this.#states, this.pair);
  }
}
