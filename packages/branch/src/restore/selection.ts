import type { Matcher } from '@argon/engine';
import type { BranchState } from '@argon/materializer';
import { pairCollections, type CollectionPair } from '../diff/catalog-differences';
import type { DocumentDifference } from '../diff/contract';
import { RestoreCollectionNotFoundError } from './errors';

/** Which part of a branch is restored. */
export interface Selection {
  /** Undefined: all that were there then. */
  readonly collections: readonly string[] | undefined;
  readonly matcher: Matcher | undefined;
}

/**
 * The collections that are selected, from what is there now to what was there then. One that was not there then comes
 * only if it is named.
 * @throws RestoreCollectionNotFoundError
 */
export function selectedPairs(
  now: BranchState,
  then: BranchState,
  { collections }: Selection,
  branch: string,
): readonly CollectionPair[] {
  const pairs = pairCollections(now, then);
  if (collections === undefined) return pairs.filter(({ after }) => after !== undefined);
  const isNamed = ({ before, after }: CollectionPair, name: string) =>
    before?.name === name || after?.name === name;
  for (const name of collections) {
    if (!pairs.some((pair) => isNamed(pair, name))) throw new RestoreCollectionNotFoundError(name, branch);
  }
  return pairs.filter((pair) => collections.some((name) => isNamed(pair, name)));
}

export function selectedDocuments(
  differences: readonly DocumentDifference[],
  { matcher }: Selection,
): readonly DocumentDifference[] {
  if (matcher === undefined) return differences;
  return differences.filter(({ before, after }) =>
    [before, after].some((version) => version !== undefined && matcher.matches(version.bytes)),
  );
}
