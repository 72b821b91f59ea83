import type { Doc } from '@argon/bson';

/** One collection, or view, to import. */
export interface Collection {
  readonly name: string;
  /** How many documents there are, as far as it is known before. */
  readonly size: number | undefined;
  /** What `create` shall be given; undefined if nothing is known. */
  readonly options: Doc | undefined;
  /** Index specifications, that of `_id_` among them or not. */
  readonly indexes: readonly Doc[];
  /** Its documents in bytes, in batches of any size. */
  documents(): AsyncIterable<readonly Uint8Array[]>;
}

/** A view, which has no documents of its own. */
export function viewNamed(name: string, options: Doc): Collection {
  return { name, size: 0, options, indexes: [], documents: noDocuments };
}

export async function* noDocuments(): AsyncGenerator<readonly Uint8Array[]> {
  // Nothing is to come.
}
