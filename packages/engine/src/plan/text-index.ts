import { indexKind } from '@argon/materializer';
import { CommandError } from '../handler/errors';
import type { Matcher } from '../match/compile';
import { AndNode } from '../match/operators/and';
import { withoutIndex } from '../match/operators/text';
import { PathNode } from '../match/path-node';
import { TextIndex } from '../text/text-index';
import type { CollectionView } from '../view/collection-view';
import type { Hint } from './hint';

/**
 * Tells a filter's `$text` which index is meant: a collection has one.
 * @throws CommandError IndexNotFound without one; NoQueryExecutionPlans if it begins with fields that are not bound
 */
export function useTextIndex(view: CollectionView, { text, root }: Matcher, hint: Hint | undefined): void {
  if (text === undefined) return;
  if (hint?.index !== undefined) {
    throw new CommandError('BadValue', 'text and hint not allowed in same query');
  }
  if (hint?.natural !== undefined) {
    throw new CommandError('BadValue', 'text expression not allowed with $natural sort order');
  }
  const definition = view.indexes.find(({ key }) => indexKind(key) === 'text');
  if (definition === undefined) throw withoutIndex();
  const conditions = root instanceof AndNode ? root.children : [root];
  for (const path of definition.key.keys()) {
    if (path === '_fts') break;
    const isBound = conditions.some(
      (each) => each instanceof PathNode && each.path.dotted === path && each.operator === '$eq',
    );
    if (isBound) continue;
    throw new CommandError(
      'NoQueryExecutionPlans',
      'error processing query: planner returned error :: caused by :: failed to use text index to satisfy $text query (if text index is compound, are equality predicates given for all prefix fields?)',
    );
  }
  text.use(new TextIndex(definition));
}
