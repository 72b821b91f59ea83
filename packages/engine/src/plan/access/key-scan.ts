import type { MatchNode } from '../../match/node';
import type { Intervals } from '../bounds/interval';
import type { IndexScan } from './index-access';
import { KeyRanges } from './key-ranges';
import type { PlannedIndex } from './planned-index';

/** A scan of keys that tell nothing of their documents but that they may match: all is asked of those. */
export function keyScan(
  index: PlannedIndex,
  fields: readonly Intervals[],
  residual: MatchNode,
  reverse = false,
): IndexScan {
  return {
    kind: 'IXSCAN',
    index,
    bounds: { fields, enforced: new Set(), keyed: new Map(), requiresField: false },
    ranges: new KeyRanges(fields, index.directions),
    reverse,
    isSorted: false,
    keyFilter: undefined,
    residual,
    covered: undefined,
    sortable: undefined,
  };
}
