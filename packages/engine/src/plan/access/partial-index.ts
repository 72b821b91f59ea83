import { isCollatable, valuesEqual, type Collation, type Value } from '@argon/bson';
import type { IndexDefinition } from '@argon/materializer';
import { indexCollation } from '../../collation/wanted-collation';
import { compileFilter } from '../../match/compile';
import type { MatchNode } from '../../match/node';
import { AndNode } from '../../match/operators/and';
import { OrNode } from '../../match/operators/or';
import { PathNode } from '../../match/path-node';
import { conjunctsOf } from '../bounds/constraint';
import { isWithin } from '../bounds/interval';
import { predicateBounds, type Collations } from '../bounds/predicate-bounds';

const FILTERS = new WeakMap<ReadonlyMap<string, Value>, MatchNode>();

/** Whether a partial index is sure to have every document that a filter, given as conjuncts, matches. */
export function isImplied(
  index: IndexDefinition,
  conjuncts: readonly MatchNode[],
  query: Collation | undefined,
): boolean {
  if (index.partial === undefined) return true;
  const collation = indexCollation(index);
  let filter = FILTERS.get(index.partial);
  if (filter === undefined) {
    filter = compileFilter(new Map(index.partial), { collation }).root;
    FILTERS.set(index.partial, filter);
  }
  return implies(conjuncts, filter, { index: collation, query });
}

/** Conservative: false wherever it is not plain. */
function implies(conjuncts: readonly MatchNode[], wanted: MatchNode, collations: Collations): boolean {
  if (wanted instanceof AndNode)
    return wanted.children.every((child) => implies(conjuncts, child, collations));
  if (wanted instanceof OrNode && wanted.children.some((child) => implies(conjuncts, child, collations)))
    return true;
  return conjuncts.some((conjunct) => {
    if (conjunct instanceof OrNode) {
      return conjunct.children.every((child) => implies(conjunctsOf(child), wanted, collations));
    }
    return (
      conjunct instanceof PathNode && wanted instanceof PathNode && leafImplies(conjunct, wanted, collations)
    );
  });
}

function leafImplies(known: PathNode, wanted: PathNode, collations: Collations): boolean {
  if (known.path.dotted !== wanted.path.dotted) return false;
  const { index, query } = collations;
  const areAlike = index === query || !isCollatable(known.operand);
  const isSame = known.operator === wanted.operator && valuesEqual(known.operand, wanted.operand, index);
  if (isSame && areAlike) return true;
  if (wanted.operator === '$exists') {
    return predicateBounds(known.operator, known.operand) !== undefined && requiresValue(known);
  }
  const bounds = predicateBounds(known.operator, known.operand, collations);
  if (bounds === undefined) return false;
  const limits = predicateBounds(wanted.operator, wanted.operand, collations);
  return limits?.exact === true && isWithin(bounds.intervals, limits.intervals);
}

/** The condition holds of no document without the field. */
function requiresValue({ operator, operand }: PathNode): boolean {
  if (operator === '$in') return !(operand as Value[]).includes(null);
  if (['$eq', '$gt', '$gte', '$lt', '$lte'].includes(operator)) return isComparedAlone(operand);
  return operator === '$exists' || operator === '$type' || operator === '$regex' || operator === '$mod';
}

/** Not null, MinKey or MaxKey, which missing fields are compared with too. */
function isComparedAlone(operand: Value): boolean {
  const bounds = predicateBounds('$gt', operand);
  return operand !== null && (bounds === undefined || bounds.exact);
}
