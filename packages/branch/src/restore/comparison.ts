import type { BranchState, Materializer } from '@argon/materializer';
import { collectionDifference, pairCollections, type CollectionPair } from '../diff/catalog-differences';
import type { CollectionDifference } from '../diff/contract';
import { documentDifferences } from '../diff/document-differences';
import { noSteps, type StepCounts } from '../steps/apply';
import { lookUp, type Watch } from '../steps/watch';
import type { CollectionRestore, RestoreSample } from './contract';
import { selectedDocuments, selectedPairs, type Selection } from './selection';

/** How many documents are shown of each kind and collection. */
const SAMPLES = 3;

/** What leads from one state to another, counted. */
export interface Comparison {
  readonly counts: StepCounts;
  readonly collections: readonly CollectionRestore[];
  readonly catalog: readonly CollectionDifference[];
}

/** What changes when a branch goes from `now` to `then` as a whole. Takes as long as they differ; memory for a batch. */
export async function compareStates(
  materializer: Materializer,
  now: BranchState,
  then: BranchState,
  watch?: Watch,
): Promise<Comparison> {
  const count = new Count(materializer, now, then, watch);
  for (const pair of pairCollections(now, then)) {
    count.collection(pair);
    await count.documents(pair, EVERYTHING);
  }
  return count.result;
}

/** As `compareStates`, for a part of the branch: what `restoreSteps` does. @throws RestoreCollectionNotFoundError */
export async function compareSelection(
  materializer: Materializer,
  now: BranchState,
  then: BranchState,
  selection: Selection,
  branch: string,
  watch?: Watch,
): Promise<Comparison> {
  const count = new Count(materializer, now, then, watch);
  for (const pair of selectedPairs(now, then, selection, branch)) {
    const isFound = await count.documents(pair, selection);
    const isWhole = selection.matcher === undefined;
    if (pair.before === undefined ? isWhole || isFound : pair.after === undefined && isWhole) {
      count.collection(pair);
    }
  }
  return count.result;
}

const EVERYTHING: Selection = { collections: undefined, matcher: undefined };

class Count {
  readonly #counts = noSteps();
  readonly #collections: CollectionRestore[] = [];
  readonly #catalog: CollectionDifference[] = [];

  constructor(
    private readonly materializer: Materializer,
    private readonly now: BranchState,
    private readonly then: BranchState,
    private readonly watch: Watch | undefined,
  ) {}

  get result(): Comparison {
    return { counts: this.#counts, collections: this.#collections, catalog: this.#catalog };
  }

  collection(pair: CollectionPair): void {
    const difference = collectionDifference(pair);
    if (difference === undefined) return;
    this.#catalog.push(difference);
    this.#counts.catalog += 1;
  }

  /** @returns whether any document is another */
  async documents(pair: CollectionPair, selection: Selection): Promise<boolean> {
    const counts = { inserted: 0, updated: 0, deleted: 0 };
    const samples: RestoreSample[] = [];
    for await (const differences of documentDifferences(this.materializer, this.now, this.then, pair)) {
      lookUp(this.watch, differences.length);
      for (const { id, before, after } of selectedDocuments(differences, selection)) {
        const kind = before === undefined ? 'inserted' : after === undefined ? 'deleted' : 'updated';
        counts[kind] += 1;
        this.#counts[kind] += 1;
        if (counts[kind] <= SAMPLES) samples.push({ id, before: before?.bytes, after: after?.bytes });
      }
    }
    if (samples.length === 0) return false;
    this.#collections.push({ name: (pair.before ?? pair.after)!.name, ...counts, samples });
    return true;
  }
}
