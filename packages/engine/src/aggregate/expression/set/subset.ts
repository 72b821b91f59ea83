import { bsonTypeName, type Collation, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import type { Expression, OperatorCompiler } from '../expression';
import { exactOperands } from '../operands';
import { ValueSet } from './value-set';

/** `$setIsSubset`. Where the right side is constant, its set is made once, and mongod's codes are others. */
export const SET_IS_SUBSET: OperatorCompiler = (argument, scope, name) => {
  const operands = exactOperands(argument, scope, name, 2);
  const [left, right] = operands as [Expression, Expression];
  const general: Expression = {
    evaluate: (document, variables) => {
      const [first, second] = [left, right].map((operand) => operand.evaluate(document, variables));
      const subset = arrayOf(first, 'First', 17046);
      const set = new ValueSet(arrayOf(second, 'Second', 17042), scope.collation);
      return subset.every((value) => set.has(value));
    },
  };
  if (right.constant === undefined || left.constant !== undefined) return scope.fold(general, operands);
  return withConstantSet(left, scope.fold(constantSet(right.constant.value), []), scope.collation);
};

function constantSet(value: Value | undefined): Expression {
  return { evaluate: () => arrayOf(value, 'Second', 17311) };
}

function withConstantSet(left: Expression, right: Expression, collation: Collation | undefined): Expression {
  const set = new ValueSet((right.constant?.value ?? []) as Value[], collation);
  return {
    evaluate: (document, variables) =>
      arrayOf(left.evaluate(document, variables), 'First', 17310).every((value) => set.has(value)),
  };
}

function arrayOf(value: Value | undefined, which: string, code: number): Value[] {
  if (Array.isArray(value)) return value;
  throw new CommandError(
    code,
    `both operands of $setIsSubset must be arrays. ${which} argument is of type: ${bsonTypeName(value)}`,
  );
}
