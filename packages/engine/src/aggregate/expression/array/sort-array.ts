import { bsonTypeName, compareValues, isNumber, type Collation, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import type { Expression, OperatorCompiler } from '../expression';
import { asInt32 } from '../integral';
import { namedArguments } from '../named-arguments';
import { compileSortPattern, type ValueOrder } from '../../order/sort-pattern';
import { isNullish } from '../truth';

/** `$sortArray: {input, sortBy: 1 | -1 | {field: 1 | -1, …}}` */
export const SORT_ARRAY: OperatorCompiler = (argument, scope) => {
  const given = namedArguments(argument, {
    names: ['input', 'sortBy'],
    notAnObject: (value) =>
      new CommandError(
        2942500,
        `$sortArray requires an object as an argument, found: ${bsonTypeName(value)}`,
      ),
    unknown: (name) => new CommandError(2942501, `$sortArray found an unknown argument: ${name}`),
  });
  let compiled: Expression | undefined;
  let compare: ValueOrder | undefined;
  for (const [name, value] of given) {
    if (name === 'input') compiled = scope.compile(value);
    else compare = elementOrder(value, scope.collation);
  }
  if (compiled === undefined) throw new CommandError(2942502, "$sortArray requires 'input' to be specified");
  if (compare === undefined) throw new CommandError(2942503, "$sortArray requires 'sortBy' to be specified");
  return sortArray(compiled, compare);
};

function sortArray(input: Expression, compare: ValueOrder): Expression {
  return {
    evaluate: (document, variables) => {
      const array = input.evaluate(document, variables);
      if (isNullish(array)) return null;
      if (Array.isArray(array)) return array.toSorted(compare);
      throw new CommandError(
        2942504,
        `The input argument to $sortArray must be an array, but was of type: ${bsonTypeName(array)}`,
      );
    },
  };
}

function elementOrder(sortBy: Value, collation: Collation | undefined): ValueOrder {
  if (sortBy instanceof Map)
    return compileSortPattern(sortBy, collation, (message) => new CommandError(2942505, message));
  if (!isNumber(sortBy)) {
    throw new CommandError(
      2942507,
      'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
    );
  }
  const direction = asInt32(sortBy);
  if (direction !== 1 && direction !== -1) {
    throw new CommandError(2942506, 'The $sort element value must be either 1 or -1');
  }
  return (left, right) => direction * compareValues(left, right, collation);
}
