import { indexKeys, isNumber, toNumber, type Doc, type SeenInKeys, type Value } from '@argon/bson';
import { IndexUnsupportedError } from '../errors';
import type { IndexDefinition } from '../state/contract';

/**
 * The keys (`encodeKey`) an index holds for a document; none if a sparse or partial index leaves it out. What there is
 * to be learnt of them it adds to `seen`.
 */
export type KeyExtractor = (document: Uint8Array, seen?: SeenInKeys) => readonly string[];

/** Compiles a partialFilterExpression into a test of documents: the engine's matcher, injected. */
export type PartialMatcher = (filter: Doc) => (document: Uint8Array) => boolean;

const NO_KEYS: readonly string[] = [];

/** @throws IndexUnsupportedError */
export function keyExtractor(definition: IndexDefinition, partialMatcher?: PartialMatcher): KeyExtractor {
  const { name, key, sparse, partial, specification } = definition;
  const paths = [...key.keys()];
  if (paths.some((path) => path.split('.').includes('$**')))
    throw new IndexUnsupportedError(name, 'it is a wildcard index');
  const directions = [...key.values()].map((direction) => directionOf(name, direction));
  if (hasCollation(specification.get('collation')))
    throw new IndexUnsupportedError(name, 'it has a collation');
  const keys: KeyExtractor = (document, seen) => indexKeys(document, paths, { directions, sparse, seen });
  if (!partial) return keys;
  if (!partialMatcher)
    throw new IndexUnsupportedError(name, 'it is partial, and nothing was given to match its filter');
  const matches = partialMatcher(new Map(partial));
  return (document, seen) => (matches(document) ? keys(document, seen) : NO_KEYS);
}

function directionOf(index: string, direction: Value): 1 | -1 {
  if (isNumber(direction)) return toNumber(direction) < 0 ? -1 : 1;
  throw new IndexUnsupportedError(index, `'${String(direction)}' is not a direction`);
}

/** The simple collation compares by bytes, as keys do. */
function hasCollation(collation: Value | undefined): boolean {
  return collation instanceof Map && collation.get('locale') !== 'simple';
}
