import type { Collation, Doc } from '@argon/bson';
import { compileFilter } from './compile';

/** Whether a document belongs to a partial index, as the materializer asks. */
export function partialMatcher(filter: Doc, collation?: Collation): (document: Uint8Array) => boolean {
  const matcher = compileFilter(filter, { now: new Date(), collation });
  return (document) => matcher.matches(document);
}
