import { BSONRegExp, decodeDocument, type Doc, type Value } from '@argon/bson';
import { compileFilter, type Matcher } from '@argon/engine';
import type { ChangesRequest } from './contract';
import type { LoggedChange } from './logged-change';

/**
 * Of changes those of documents that matched a filter before, or match it after; what is no document's matches none.
 * @throws CommandError for a filter that mongod would refuse
 */
export async function* matching(
  batches: AsyncIterable<readonly LoggedChange[]>,
  filter: Doc,
): AsyncGenerator<readonly LoggedChange[]> {
  const matcher = compileFilter(filter, { now: new Date() });
  for await (const batch of batches) {
    const found = batch.filter(({ isDocument, before, after }) => {
      return isDocument && (matches(matcher, before) || matches(matcher, after));
    });
    if (found.length > 0) yield found;
  }
}

/** The `_id` that a filter asks for by itself, of which less of the log has to be read. */
export function idOf({ id, filter }: ChangesRequest): { readonly id?: Value } {
  const asked = id ?? filter?.get('_id');
  const isValue =
    asked !== undefined && asked !== null && !(asked instanceof Map) && !(asked instanceof BSONRegExp);
  return isValue && !Array.isArray(asked) ? { id: asked } : {};
}

function matches(matcher: Matcher, bytes: Uint8Array | undefined): boolean {
  return bytes !== undefined && matcher.matches(decodeDocument(bytes));
}
