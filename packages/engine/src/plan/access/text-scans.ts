import type { IndexView } from '@argon/materializer';
import type { MatchNode } from '../../match/node';
import { keyTerm } from '../../text/text-keys';
import { EVERYTHING, point } from '../bounds/interval';
import type { IndexAccess, IndexScan } from './index-access';
import { KeyRanges } from './key-ranges';
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
  const branches = [...new Set(terms.map(keyTerm))].map((term): IndexScan => {
    const bounds = {
      fields: [[point(term)], EVERYTHING],
      enforced: new Set<MatchNode>(),
      keyed: new Map<MatchNode, string>(),
      requiresField: false,
    };
    return {
      kind: 'IXSCAN',
      index,
      bounds,
      ranges: new KeyRanges(bounds.fields, index.directions),
      reverse: true,
      isSorted: false,
      keyFilter: undefined,
      residual,
      covered: undefined,
      sortable: undefined,
    };
  });
  if (branches.length < 2) return branches[0];
  return { kind: 'OR', branches, isSorted: false, residual, isCovered: false };
}
