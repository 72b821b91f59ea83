import type { Doc } from '@argon/bson';
import { compileFilter } from './compile';

/** Whether a document belongs to a partial index, as the materializer asks. */
export function partialMatcher(filter: Doc): (document: Uint8Array) => boolean {
  const matcher = compileFilter(filter, { now: new Date() });
  return (document) => matcher.matches(document);
}
