import { idKey, type Value } from '@argon/bson';

/** What a document is known by in a map: alike for equal `_id`s of one collection, and else not. */
export function documentKey(collection: string, id: Value): string {
  return `${collection}\0${idKey(id)}`;
}
