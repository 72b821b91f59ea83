import { bsonTypeName, type Collation, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { variadicCommutative } from '../associative';
import type { Expression, ExpressionScope, OperatorCompiler } from '../expression';
import { binary, lazy, unary, type LazyCompute } from '../operands';
import { isNullish, isTrue } from '../truth';
import { SET_IS_SUBSET } from './subset';
import { ValueSet } from './value-set';

type Operand = Value | undefined;

/** Arrays as sets. What comes out as an array is sorted, as mongod's ordered sets are. */
export const SET_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $allElementsTrue: unary((array) => {
    if (Array.isArray(array)) return array.every(isTrue);
    throw new CommandError(
      17040,
      `$allElementsTrue's argument must be an array, but is ${bsonTypeName(array)}`,
    );
  }),
  $anyElementTrue: unary((array) => {
    if (Array.isArray(array)) return array.some(isTrue);
    throw new CommandError(
      17041,
      `$anyElementTrue's argument must be an array, but is ${bsonTypeName(array)}`,
    );
  }),
  $setDifference: binary(difference),
  $setEquals: (argument, scope, name) => {
    const operands = (Array.isArray(argument) ? argument : [argument]).map((value, index) => {
      const operand = scope.compile(value);
      refuseConstant(operand, index, scope);
      return operand;
    });
    if (operands.length < 2) {
      throw new CommandError(17045, `$setEquals needs at least two arguments had: ${operands.length}`);
    }
    // Not even constants make it one for mongod.
    return lazy(constantFirst(operands), scope.withoutFolding(), name, equals);
  },
  $setIntersection: variadicCommutative(intersection),
  $setIsSubset: SET_IS_SUBSET,
  $setUnion: variadicCommutative((operands, document, variables, _name, collation) => {
    const union = new ValueSet([], collation);
    for (const expression of operands) {
      const operand = expression.evaluate(document, variables);
      if (isNullish(operand)) return null;
      if (!Array.isArray(operand)) {
        throw new CommandError(
          17043,
          `All operands of $setUnion must be arrays. One argument is of type: ${bsonTypeName(operand)}`,
        );
      }
      for (const value of operand) union.add(value);
    }
    return union.toSorted();
  }),
};

function difference(left: Operand, right: Operand, _name: string, collation: Collation | undefined): Operand {
  if (isNullish(left) || isNullish(right)) return null;
  if (!Array.isArray(left)) {
    throw new CommandError(
      17048,
      `both operands of $setDifference must be arrays. First argument is of type: ${bsonTypeName(left)}`,
    );
  }
  if (!Array.isArray(right)) {
    throw new CommandError(
      17049,
      `both operands of $setDifference must be arrays. Second argument is of type: ${bsonTypeName(right)}`,
    );
  }
  const seen = new ValueSet(right, collation);
  return left.filter((value) => seen.add(value));
}

/** mongod makes the set of a constant operand beforehand, and compares the others with it. */
function constantFirst(operands: readonly Expression[]): readonly Expression[] {
  const constant = operands.find((operand) => operand.constant !== undefined);
  return constant === undefined
    ? operands
    : [constant, ...operands.filter((operand) => operand !== constant)];
}

/** mongod looks at a constant operand as soon as it has computed it, with a code of its own. */
function refuseConstant(operand: Expression, index: number, scope: ExpressionScope): void {
  const { constant } = operand;
  if (constant === undefined || Array.isArray(constant.value)) return;
  const failing: Expression = {
    evaluate: () => {
      throw new CommandError(
        5887502,
        `All operands of $setEquals must be arrays. ${index + 1}-th argument is of type: ${bsonTypeName(constant.value)}`,
      );
    },
  };
  scope.fold(failing, []);
}

function equals(...[operands, document, variables, , collation]: Parameters<LazyCompute>): Operand {
  let first: ValueSet | undefined;
  let equal = true;
  for (const [index, expression] of operands.entries()) {
    const operand = expression.evaluate(document, variables);
    if (!Array.isArray(operand)) {
      throw new CommandError(
        17044,
        `All operands of $setEquals must be arrays. ${index + 1}-th argument is of type: ${bsonTypeName(operand)}`,
      );
    }
    const set = new ValueSet(operand, collation);
    first ??= set;
    equal &&= set.size === first.size && operand.every((value) => first?.has(value));
    if (!equal) return false;
  }
  return equal;
}

function intersection(...[operands, document, variables, , collation]: Parameters<LazyCompute>): Operand {
  let common: ValueSet | undefined;
  for (const expression of operands) {
    const operand = expression.evaluate(document, variables);
    if (isNullish(operand)) return null;
    if (!Array.isArray(operand)) {
      throw new CommandError(
        17047,
        `All operands of $setIntersection must be arrays. One argument is of type: ${bsonTypeName(operand)}`,
      );
    }
    const set = new ValueSet(operand, collation);
    common = common === undefined ? set : retain(common, set, collation);
  }
  return common === undefined ? [] : common.toSorted();
}

/** Of equal values, those of the smaller set stay. */
function retain(common: ValueSet, other: ValueSet, collation: Collation | undefined): ValueSet {
  const [kept, tested] = common.size > other.size ? [other, common] : [common, other];
  return new ValueSet(
    kept.toArray().filter((value) => tested.has(value)),
    collation,
  );
}
