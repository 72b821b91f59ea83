import type { IndexView } from '@argon/materializer';
import type { MatchNode } from '../../match/node';
import { keyTerm } from '../../text/text-keys';
import { EVERYTHING, point } from '../bounds/interval';
import type { IndexAccess } from './index-access';
import { keyScan } from './key-scan';
import { indexField, indexOfFields } from './planned-index';

/**
 * The way to the documents that have one of some terms: as mongod reads a text index, term by term, and of each those first
 * to which it is worth most. Undefined without terms: nothing has one.
 * @param terms in ascending order
 */
export function textScans(
  view: IndexView,
  terms: readonly string[],
  residual: MatchNode,
): IndexAccess | undefined {
  const fields = [indexField('_fts', view.multikey[0] ?? 0), indexField('_ftsx', 0)];
  const index = indexOfFields(view.definition, view, fields);
  const branches = [...new Set(terms.map(keyTerm))].map((term) =>
    keyScan(index, [[point(term)], EVERYTHING], residual, true),
  );
  if (branches.length < 2) return branches[0];
  return { kind: 'OR', branches, isSorted: false, residual, isCovered: false };
}
