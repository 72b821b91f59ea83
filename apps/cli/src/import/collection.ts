import type { Doc } from '@argon/bson';

/** One collection to import. */
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
