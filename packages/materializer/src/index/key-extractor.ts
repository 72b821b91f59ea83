import { indexKeys, isNumber, toNumber, type Doc, type SeenInKeys, type Value } from '@argon/bson';
import { IndexUnsupportedError } from '../errors';
import type { IndexDefinition } from '../state/contract';
import { indexKind } from '../state/index-kind';
import { hashedKeys } from './keys/hashed-keys';
import { wildcardKeys } from './keys/wildcard-keys';

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
  const { name, partial, specification } = definition;
  if (hasCollation(specification.get('collation')))
    throw new IndexUnsupportedError(name, 'it has a collation');
  const keys = extractorOf(definition);
  if (!partial) return keys;
  if (!partialMatcher)
    throw new IndexUnsupportedError(name, 'it is partial, and nothing was given to match its filter');
  const matches = partialMatcher(new Map(partial));
  return (document, seen) => (matches(document) ? keys(document, seen) : NO_KEYS);
}

/** By kind, of every document. */
function extractorOf(definition: IndexDefinition): KeyExtractor {
  const { name, key, sparse } = definition;
  const directions = [...key.values()].map((direction) =>
    isNumber(direction) && toNumber(direction) < 0 ? -1 : 1,
  );
  const kind = indexKind(key);
  switch (kind) {
    case 'ordered': {
      const paths = [...key.keys()];
      return (document, seen) => indexKeys(document, paths, { directions, sparse, seen });
    }
    case 'hashed':
      return hashedKeys(definition, directions);
    case 'wildcard':
      return wildcardKeys(definition);
    default:
      throw new IndexUnsupportedError(name, `nothing is known of indexes of the kind '${kind}'`);
  }
}

/** The simple collation compares by bytes, as keys do. */
function hasCollation(collation: Value | undefined): boolean {
  return collation instanceof Map && collation.get('locale') !== 'simple';
}
