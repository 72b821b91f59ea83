import { compareValues, type Collation, type Value } from '@argon/bson';
import type { OperatorCompiler } from '../expression';
import { binary } from '../operands';

/** `$cmp` and the comparisons made of it: MongoDB's total order over all types; missing sorts before null. */
export const COMPARISON_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $cmp: binary((left, right, _name, collation) => Math.sign(compareValues(left, right, collation)) + 0),
  $eq: comparison((order) => order === 0),
  $ne: comparison((order) => order !== 0),
  $gt: comparison((order) => order > 0),
  $gte: comparison((order) => order >= 0),
  $lt: comparison((order) => order < 0),
  $lte: comparison((order) => order <= 0),
};

function comparison(accepts: (order: number) => boolean): OperatorCompiler {
  return binary((left, right, _name, collation) => accepts(compareOperands(left, right, collation)));
}

/** Like `compareValues`, where a missing value is less than BSON's undefined too. */
function compareOperands(
  left: Value | undefined,
  right: Value | undefined,
  collation: Collation | undefined,
): number {
  return compareValues(left, right, collation);
}
