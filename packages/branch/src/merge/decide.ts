import type { Value } from '@argon/bson';
import { documentKey } from '../document/document-key';
import type { FieldConflict, Side } from '../document/merge-documents';
import type { CatalogSides } from '../steps/contract';

/** A conflict about a document, as whoever decides sees it. Documents are in bytes. */
export interface DocumentQuestion {
  readonly kind: 'document';
  readonly collection: string;
  readonly id: Value;
  readonly base: Uint8Array | undefined;
  readonly ours: Uint8Array | undefined;
  readonly theirs: Uint8Array | undefined;
  readonly fields: readonly FieldConflict[];
}

/** A conflict about a collection or an index, as whoever decides sees it. */
export interface CatalogQuestion extends CatalogSides {
  readonly kind: 'catalog';
  readonly collection: string;
  readonly what: 'dropped' | 'renamed' | 'options' | 'index';
  readonly index?: string;
}

/** A document of one's own as the answer. */
export interface OwnDocument {
  readonly document: Uint8Array;
}

/**
 * Decides conflicts: for a side (in the fields that clash; what does not clash is merged anyway), for a document of its
 * own, or not at all. May ask a person. Asked again, in the same order, when the branch was written to meanwhile.
 */
export interface Decider {
  document(
    question: DocumentQuestion,
  ): Promise<Side | OwnDocument | undefined> | Side | OwnDocument | undefined;
  catalog(question: CatalogQuestion): Promise<Side | undefined> | Side | undefined;
}

/** A side chosen for one document, by the name that its collection has after the merge. */
export interface DocumentSide {
  readonly collection: string;
  readonly id: Value;
  readonly side: Side;
}

/** Answers that need no person. The choice for a document goes before that for its collection, and that before `all`. */
export interface Strategy {
  /** For all conflicts that nothing else decides; none: those stay open, and nothing is written. */
  readonly all?: Side | undefined;
  readonly collections?: ReadonlyMap<string, Side> | undefined;
  readonly documents?: readonly DocumentSide[] | undefined;
}

export function deciderOf({ all, collections, documents = [] }: Strategy): Decider {
  const decide = ({ collection }: { readonly collection: string }): Side | undefined =>
    collections?.get(collection) ?? all;
  const chosen = new Map(documents.map(({ collection, id, side }) => [documentKey(collection, id), side]));
  return {
    document: (question) => chosen.get(documentKey(question.collection, question.id)) ?? decide(question),
    catalog: decide,
  };
}
