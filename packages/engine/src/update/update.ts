import type { Doc, Timestamp, Value } from '@argon/bson';

/** What an update needs to know besides the document. */
export interface UpdateSituation {
  /** The time of the command: what `$currentDate` and `$$NOW` give. */
  readonly now: Date;
  /** The array index that the filter matched at: what `$` stands for. */
  readonly position?: number | undefined;
  /** The document is being made by an upsert. */
  readonly inserting?: boolean;
  /** Documents in it that an upsert put together of several paths; setting one to what it is counts as a change. */
  readonly assembled?: ReadonlySet<Value>;
  /** Gives a new cluster time for each timestamp that is set; by default one derived from `now`. */
  readonly timestamp?: () => Timestamp;
}

export interface UpdateResult {
  /** The document after the update; the same object if nothing changed. Shares structure with the original. */
  readonly document: Doc;
  /** Whether it counts as modified (`nModified`). */
  readonly changed: boolean;
}

/** An update, compiled once and applied to any number of documents. */
export interface Update {
  readonly kind: 'replacement' | 'operators' | 'pipeline';
  /** Whether it has the positional `$`, so that `apply` needs `position`. */
  readonly needsPosition: boolean;
  /**
   * The updated document. Never modifies the one given.
   * @throws CommandError as mongod would answer for this document
   */
  apply(document: Doc, situation: UpdateSituation): UpdateResult;
}
