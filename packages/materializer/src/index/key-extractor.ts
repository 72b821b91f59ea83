import { Collation, indexKeys, isNumber, toNumber, type Doc, type SeenInKeys, type Value } from '@argon/bson';
import { IndexUnsupportedError } from '../errors';
import type { IndexDefinition } from '../state/contract';
import { indexKind, type IndexKind } from '../state/index-kind';
import { hashedKeys } from './keys/hashed-keys';
import { wildcardKeys } from './keys/wildcard-keys';

/**
 * The keys (`encodeKey`) an index holds for a document; none if a sparse or partial index leaves it out. What there is
 * to be learnt of them it adds to `seen`.
 */
export type KeyExtractor = (document: Uint8Array, seen?: SeenInKeys) => readonly string[];

/** Compiles a partialFilterExpression into a test of documents, by the index's collation: the engine's matcher, injected. */
export type PartialMatcher = (filter: Doc, collation?: Collation) => (document: Uint8Array) => boolean;

/** Compiles the keys of an index of a kind that is not known here; undefined: nor is it there. Those must not throw. */
export type KindExtractor = (kind: IndexKind, definition: IndexDefinition) => KeyExtractor | undefined;

/** What is known of keys elsewhere. */
export interface KeySources {
  /** Compiles a partialFilterExpression; without it partial indexes cannot be searched. */
  readonly partialMatcher?: PartialMatcher | undefined;
  /** Without it, indexes of texts and places are recorded, and cannot be searched. */
  readonly kindExtractor?: KindExtractor | undefined;
}

const NO_KEYS: readonly string[] = [];

/** @throws IndexUnsupportedError */
export function keyExtractor(definition: IndexDefinition, sources: KeySources = {}): KeyExtractor {
  const { name, partial, specification } = definition;
  const { partialMatcher, kindExtractor } = sources;
  const collation = collationOf(name, specification.get('collation'));
  const keys = extractorOf(definition, collation, kindExtractor);
  if (!partial) return keys;
  if (!partialMatcher)
    throw new IndexUnsupportedError(name, 'it is partial, and nothing was given to match its filter');
  const matches = partialMatcher(new Map(partial), collation);
  return (document, seen) => (matches(document) ? keys(document, seen) : NO_KEYS);
}

/** By kind, of every document. */
function extractorOf(
  definition: IndexDefinition,
  collation: Collation | undefined,
  kindExtractor: KindExtractor | undefined,
): KeyExtractor {
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
    default: {
      const extractor = kindExtractor?.(kind, definition);
      if (extractor !== undefined) return extractor;
      throw new IndexUnsupportedError(name, `nothing is known of indexes of the kind '${kind}'`);
    }
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
