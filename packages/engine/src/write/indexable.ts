import { decodeDocument, findElement, indexKeys } from '@argon/bson';
import {
  indexKind,
  keyExtractor,
  type CollectionCatalog,
  type IndexDefinition,
  type IndexKind,
  type KeyExtractor,
} from '@argon/materializer';
import { indexCollation } from '../collation/wanted-collation';
import { compileFilter, type Matcher } from '../match/compile';
import { TextIndex } from '../text/text-index';
import { checkPlaces } from '../geo/indexed-places';
import { partialMatcher } from '../match/partial';

const BSON_DOCUMENT = 3;
const BSON_ARRAY = 4;

/** Partial filters compile once per definition; definitions are immutable and shared by states. */
const FILTERS = new WeakMap<IndexDefinition, Matcher>();

/**
 * Checks that every index of a collection has keys for a document, whether or not anybody has asked for the index yet.
 * Only two arrays in one compound index can be wrong of ordered ones, and what a number in a path may mean; most
 * documents are cleared by a look at their fields' types.
 * @throws CannotIndexParallelArraysError, AmbiguousIndexFieldError, HashedArrayError
 */
export function checkIndexable(catalog: CollectionCatalog, document: Uint8Array): void {
  for (const index of catalog.indexes) {
    const kind = kindOf(index);
    if (kind !== 'ordered') {
      if (kind === 'hashed') extractorOf(index)(document);
      else if (kind !== 'wildcard' && isIncluded(index, document)) checkHeld(index, kind, document);
      continue;
    }
    const isNumbered = isNumberedIndex(index);
    if (index.key.size < 2 && !isNumbered) continue;
    const paths = [...index.key.keys()];
    if (!isNumbered && !mayHaveTwoArrays(paths, document)) continue;
    if (!isIncluded(index, document)) continue;
    indexKeys(document, paths, { sparse: index.sparse });
  }
}

function checkHeld(index: IndexDefinition, kind: IndexKind, document: Uint8Array): void {
  if (kind !== 'text') {
    checkPlaces(index, kind, document);
    return;
  }
  let text = TEXTS.get(index);
  if (text === undefined) TEXTS.set(index, (text = new TextIndex(index)));
  text.check(decodeDocument(document));
}

const TEXTS = new WeakMap<IndexDefinition, TextIndex>();
const NUMBERED = new WeakMap<IndexDefinition, boolean>();
const KINDS = new WeakMap<IndexDefinition, IndexKind>();
const EXTRACTORS = new WeakMap<IndexDefinition, KeyExtractor>();

function kindOf(index: IndexDefinition): IndexKind {
  let kind = KINDS.get(index);
  if (kind === undefined) KINDS.set(index, (kind = indexKind(index.key)));
  return kind;
}

function extractorOf(index: IndexDefinition): KeyExtractor {
  let extractor = EXTRACTORS.get(index);
  if (extractor === undefined) EXTRACTORS.set(index, (extractor = keyExtractor(index, { partialMatcher })));
  return extractor;
}

/** Whether a path of the index has a number in it, by which an array has an item and a document a field. */
function isNumberedIndex(index: IndexDefinition): boolean {
  let isNumbered = NUMBERED.get(index);
  if (isNumbered === undefined) {
    isNumbered = [...index.key.keys()].some((path) => /\.\d+(?:\.|$)/.test(path));
    NUMBERED.set(index, isNumbered);
  }
  return isNumbered;
}

function mayHaveTwoArrays(paths: readonly string[], document: Uint8Array): boolean {
  let nested = 0;
  for (const path of paths) {
    const type = findElement(document, path.split('.', 1)[0]!)?.type;
    if (type === BSON_ARRAY || type === BSON_DOCUMENT) nested += 1;
  }
  return nested > 1;
}

function isIncluded(index: IndexDefinition, document: Uint8Array): boolean {
  if (index.partial === undefined) return true;
  let filter = FILTERS.get(index);
  if (filter === undefined) {
    filter = compileFilter(new Map(index.partial), { now: new Date(), collation: indexCollation(index) });
    FILTERS.set(index, filter);
  }
  return filter.matches(document);
}
