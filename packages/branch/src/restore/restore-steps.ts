import type { BranchState, CollectionCatalog, Materializer } from '@argon/materializer';
import type { CollectionPair } from '../diff/catalog-differences';
import { documentDifferences } from '../diff/document-differences';
import { makeSteps } from '../steps/make-collection';
import type { DocumentStep, Step } from '../steps/contract';
import { RestoreNameTakenError } from './errors';
import { selectedDocuments, selectedPairs, type Selection } from './selection';

/**
 * What to do to `now` so that the selected documents are as they were `then`, in batches. A collection that was dropped
 * is made again, with its options and indexes; what one that is there has of them stays.
 * @throws RestoreCollectionNotFoundError, RestoreNameTakenError
 */
export async function* restoreSteps(
  materializer: Materializer,
  now: BranchState,
  then: BranchState,
  selection: Selection,
  branch: string,
): AsyncGenerator<readonly Step[]> {
  for (const pair of selectedPairs(now, then, selection, branch)) {
    const { before, after } = pair;
    if (after === undefined && selection.matcher === undefined) {
      yield [
        { kind: 'catalog', operation: 'drop_collection', collection: before!.name, argument: new Map() },
      ];
      continue;
    }
    let missing: CollectionCatalog | undefined;
    if (before === undefined) missing = after!;
    if (missing !== undefined && selection.matcher === undefined) {
      yield remake(missing, now);
      missing = undefined;
    }
    for await (const steps of documentSteps(materializer, now, then, pair, selection)) {
      if (missing !== undefined) yield remake(missing, now);
      missing = undefined;
      yield steps;
    }
  }
}

function remake(catalog: CollectionCatalog, now: BranchState): readonly Step[] {
  if (now.collections.has(catalog.name)) throw new RestoreNameTakenError(catalog.name);
  return makeSteps(catalog);
}

async function* documentSteps(
  materializer: Materializer,
  now: BranchState,
  then: BranchState,
  pair: CollectionPair,
  selection: Selection,
): AsyncGenerator<readonly DocumentStep[]> {
  // One that was renamed keeps the name it has now.
  const { name: collection } = (pair.before ?? pair.after)!;
  for await (const differences of documentDifferences(materializer, now, then, pair)) {
    const selected = selectedDocuments(differences, selection);
    if (selected.length === 0) continue;
    yield selected.map(({ id, before, after }) => ({
      kind: 'document',
      collection,
      id,
      before,
      after: after?.bytes,
    }));
  }
}
