import { Collation, indexKeys, isNumber, toNumber, type Doc, type SeenInKeys, type Value } from '@argon/bson';
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

/** Compiles a partialFilterExpression into a test of documents, by the index's collation: the engine's matcher, injected. */
export type PartialMatcher = (filter: Doc, collation?: Collation) => (document: Uint8Array) => boolean;

const NO_KEYS: readonly string[] = [];

/** @throws IndexUnsupportedError */
export function keyExtractor(definition: IndexDefinition, partialMatcher?: PartialMatcher): KeyExtractor {
  const { name, partial, specification } = definition;
  const collation = collationOf(name, specification.get('collation'));
  const keys = extractorOf(definition, collation);
  if (!partial) return keys;
  if (!partialMatcher)
    throw new IndexUnsupportedError(name, 'it is partial, and nothing was given to match its filter');
  const matches = partialMatcher(new Map(partial), collation);
  return (document, seen) => (matches(document) ? keys(document, seen) : NO_KEYS);
}

/** By kind, of every document. */
function extractorOf(definition: IndexDefinition, collation: Collation | undefined): KeyExtractor {
  const { name, key, sparse } = definition;
  const directions = [...key.values()].map((direction) =>
    isNumber(direction) && toNumber(direction) < 0 ? -1 : 1,
  );
  const kind = indexKind(key);
  if (collation !== undefined && kind !== 'ordered')
    throw new IndexUnsupportedError(name, `it is of the kind '${kind}' and has a collation`);
  switch (kind) {
    case 'ordered': {
      const paths = [...key.keys()];
      return (document, seen) => indexKeys(document, paths, { directions, sparse, collation, seen });
    }
    case 'hashed':
      return hashedKeys(definition, directions);
    case 'wildcard':
      return wildcardKeys(definition);
    default:
      throw new IndexUnsupportedError(name, `nothing is known of indexes of the kind '${kind}'`);
  }
}

/** Undefined for the simple collation, which compares by bytes. */
function collationOf(index: string, recorded: Value | undefined): Collation | undefined {
  if (!(recorded instanceof Map) || recorded.get('locale') === 'simple') return undefined;
  const collation = Collation.recorded(recorded);
  if (collation !== undefined) return collation;
  throw new IndexUnsupportedError(
    index,
    `its collation is '${String(recorded.get('locale'))}' of version ${String(recorded.get('version'))}, and this is version ${Collation.version}`,
  );
}
