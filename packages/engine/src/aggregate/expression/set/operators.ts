import { bsonTypeName, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { variadicCommutative } from '../associative';
import type { OperatorCompiler } from '../expression';
import { binary, compileOperands, evaluated, unary } from '../operands';
import { isNullish, isTrue } from '../truth';
import { ValueSet } from './value-set';

type Operand = Value | undefined;

/** Arrays as sets. What comes out as an array is sorted, as mongod's ordered sets are. */
export const SET_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $allElementsTrue: unary((array) => {
    if (Array.isArray(array)) return array.every(isTrue);
    throw new CommandError(17040, `$allElementsTrue's argument must be an array, but is ${bsonTypeName(array)}`);
  }),
  $anyElementTrue: unary((array) => {
    if (Array.isArray(array)) return array.some(isTrue);
    throw new CommandError(17041, `$anyElementTrue's argument must be an array, but is ${bsonTypeName(array)}`);
  }),
  $setDifference: binary(difference),
  $setEquals: (argument, scope, name) => {
    const operands = compileOperands(argument, scope);
    if (operands.length < 2) {
      throw new CommandError(17045, `$setEquals needs at least two arguments had: ${operands.length}`);
    }
    return evaluated(operands, scope, name, equals);
  },
  $setIntersection: variadicCommutative(intersection),
  $setIsSubset: binary((left, right) => {
    if (!Array.isArray(left)) {
      throw new CommandError(
        17046,
        `both operands of $setIsSubset must be arrays. First argument is of type: ${bsonTypeName(left)}`,
      );
    }
    if (!Array.isArray(right)) {
      throw new CommandError(
        17042,
        `both operands of $setIsSubset must be arrays. Second argument is of type: ${bsonTypeName(right)}`,
      );
    }
    const set = new ValueSet(right);
    return left.every((value) => set.has(value));
  }),
  $setUnion: variadicCommutative((operands) => {
    const union = new ValueSet();
    for (const operand of operands) {
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

function difference(left: Operand, right: Operand): Operand {
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
  const seen = new ValueSet(right);
  return left.filter((value) => seen.add(value));
}

function equals(operands: readonly Operand[]): Operand {
  let first: ValueSet | undefined;
  let equal = true;
  for (const [index, operand] of operands.entries()) {
    if (!Array.isArray(operand)) {
      throw new CommandError(
        17044,
        `All operands of $setEquals must be arrays. ${index + 1}-th argument is of type: ${bsonTypeName(operand)}`,
      );
    }
    const set = new ValueSet(operand);
    first ??= set;
    equal &&= set.size === first.size && operand.every((value) => first?.has(value));
    if (!equal) return false;
  }
  return equal;
}

/** An empty intersection stays empty, so mongod does not look at the operands after it. */
function intersection(operands: readonly Operand[]): Operand {
  let common: ValueSet | undefined;
  for (const operand of operands) {
    if (isNullish(operand)) return null;
    if (!Array.isArray(operand)) {
      throw new CommandError(
        17047,
        `All operands of $setIntersection must be arrays. One argument is of type: ${bsonTypeName(operand)}`,
      );
    }
    common = common === undefined ? new ValueSet(operand) : retain(common, new ValueSet(operand));
  }
  return common === undefined ? [] : common.toSorted();
}

function retain(common: ValueSet, other: ValueSet): ValueSet {
  return new ValueSet(common.toArray().filter((value) => other.has(value)));
}
