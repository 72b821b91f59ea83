import { indexKind } from '@argon/materializer';
import { CommandError } from '../handler/errors';
import type { Matcher } from '../match/compile';
import { withoutIndex } from '../match/operators/text';
import { PathNode } from '../match/path-node';
import { TextIndex } from '../text/text-index';
import type { CollectionView } from '../view/collection-view';
import type { IndexAccess } from './access/index-access';
import { isImplied } from './access/partial-index';
import { textScans } from './access/text-scans';
import { conjunctsOf } from './bounds/constraint';
import type { Hint } from './hint';

/**
 * A search under a name of which no text index can be known.
 * @throws CommandError IndexNotFound
 */
export function refuseText({ text }: Matcher, namespace: string): void {
  if (text !== undefined) throw withoutIndex(namespace);
}

/**
 * A search in a collection that is not there. Counting does not ask: it finds nothing.
 * @throws CommandError IndexNotFound
 */
export function refuseAbsentText(view: CollectionView, matcher: Matcher, database: string): void {
  if (view.collection === undefined) refuseText(matcher, `${database}.${view.name}`);
}

/**
 * Tells a filter's `$text` which index is meant: a collection has one.
 * @throws CommandError IndexNotFound without one; NoQueryExecutionPlans if it begins with fields that are not bound, or
 *   may lack documents that are asked for
 */
export function useTextIndex(
  view: CollectionView,
  { text, root, collation }: Matcher,
  hint: Hint | undefined,
): void {
  if (text === undefined) return;
  if (hint?.index !== undefined) {
    throw new CommandError('BadValue', 'text and hint not allowed in same query');
  }
  if (hint?.natural !== undefined) {
    throw new CommandError('BadValue', 'text expression not allowed with $natural sort order');
  }
  const definition = view.indexes.find(({ key }) => indexKind(key) === 'text');
  if (definition === undefined) throw withoutIndex();
  const conditions = conjunctsOf(root);
  for (const path of definition.key.keys()) {
    if (path === '_fts') break;
    const isBound = conditions.some(
      (each) => each instanceof PathNode && each.path.dotted === path && each.operator === '$eq',
    );
    if (!isBound) throw unusable();
  }
  if (!isImplied(definition, conditions, collation)) throw unusable();
  text.use(new TextIndex(definition));
}

function unusable(): CommandError {
  return new CommandError(
    'NoQueryExecutionPlans',
    'error processing query: planner returned error :: caused by :: failed to use text index to satisfy $text query (if text index is compound, are equality predicates given for all prefix fields?)',
  );
}

/**
 * The way to what a filter's `$text` looks for; undefined if it is not asked of every document that is wanted, or the index
 * cannot be read.
 */
export async function textPath(
  view: CollectionView,
  { text, root }: Matcher,
): Promise<IndexAccess | { readonly kind: 'EOF' } | undefined> {
  if (text?.index === undefined) return undefined;
  const { terms } = text.query!;
  if (!conjunctsOf(root).includes(text)) return undefined;
  if (terms.length === 0) return { kind: 'EOF' };
  const index = await view.index(text.index.definition);
  return index && textScans(index, terms, root);
}
