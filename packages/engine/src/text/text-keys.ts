import { decodeDocument, encodeKey } from '@argon/bson';
import type { IndexDefinition, KeyExtractor } from '@argon/materializer';
import { TextIndex } from './text-index';

/** A longer term is found by its beginning; whether it is that, the document tells. */
const MAX_LENGTH = 256;

/** A term as keys hold it. */
export function keyTerm(term: string): string {
  return term.length <= MAX_LENGTH ? term : term.slice(0, MAX_LENGTH);
}

/**
 * The keys of a text index: a term and what it is worth in the document, for each that there is. What stands before and
 * behind the texts in the index is asked of documents.
 */
export function textKeys(definition: IndexDefinition): KeyExtractor {
  const index = new TextIndex(definition);
  return (document, seen) => {
    const keys = [...index.worth(decodeDocument(document))].map(([term, worth]) =>
      encodeKey([keyTerm(term), worth]),
    );
    if (seen !== undefined && keys.length > 1) seen.multikey[0] = 1;
    return keys;
  };
}
