import type { Doc, Timestamp, Value } from '@argon/bson';

/** What one application of an update knows: the document it is applied to and where in it the walk is. */
export interface ApplyContext {
  /** The document before the update. */
  readonly original: Doc;
  /** The element that `$` stands for. */
  readonly position: string | undefined;
  readonly now: Date;
  /** A cluster time of its own for each `$currentDate: {$type: 'timestamp'}`. */
  readonly timestamp: () => Timestamp;
  /** An upsert is making a new document: `$setOnInsert` counts. */
  readonly inserting: boolean;
  /** Documents that an upsert put together of several paths; setting one to what it is counts as a change. */
  readonly assembled: ReadonlySet<Value> | undefined;
  /** The `_id` by now; an upsert may still be making it. */
  id: Value | undefined;
  /** The update has set `_id` to a value that has yet to be checked. */
  idIsUnchecked: boolean;
  /** Names from the root to the field the walk is at. */
  readonly path: string[];
}

/** The walk's place as messages name it, e.g. `a.0.b`. */
export function placeText(context: ApplyContext): string {
  return context.path.join('.');
}

export function lastName(context: ApplyContext): string {
  return context.path.at(-1) ?? '';
}

export function isId(context: ApplyContext): boolean {
  return context.path.length === 1 && context.path[0] === '_id';
}
