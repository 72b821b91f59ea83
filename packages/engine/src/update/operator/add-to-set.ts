import { bsonTypeName, valuesEqual, type Collation, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { valueText } from '../text/value-text';
import { lastName } from '../tree/apply-context';
import { UNCHANGED, type Operation } from '../tree/node';
import { refuseCreation } from './operator';

/** `$addToSet`: appends the values (one, or `$each`) that the array does not have. */
export function compileAddToSet(
  _field: string,
  argument: Value,
  collation: Collation | undefined,
): Operation {
  const values = withoutDuplicates(parseValues(argument), collation);
  return {
    kind: 'operation',
    stores: 'elements',
    update: (existing, context) => {
      if (!Array.isArray(existing)) {
        throw new CommandError(
          'BadValue',
          `Cannot apply $addToSet to non-array field. Field named '${lastName(context)}' has non-array type ${bsonTypeName(existing)}`,
        );
      }
      const added = values.filter(
        (value) => !existing.some((element) => valuesEqual(element, value, collation)),
      );
      return added.length === 0 ? UNCHANGED : [...existing, ...added];
    },
    create: () => [...values],
    blocked: refuseCreation,
  };
}

function parseValues(argument: Value): Value[] {
  if (!(argument instanceof Map) || argument.keys().next().value !== '$each') return [argument];
  const each = argument.get('$each')!;
  if (!Array.isArray(each)) {
    throw new CommandError(
      'TypeMismatch',
      `The argument to $each in $addToSet must be an array but it was of type ${bsonTypeName(each)}`,
    );
  }
  if (argument.size > 1) {
    throw new CommandError(
      'BadValue',
      `Found unexpected fields after $each in $addToSet: ${valueText(argument)}`,
    );
  }
  return each;
}

function withoutDuplicates(values: readonly Value[], collation: Collation | undefined): Value[] {
  const unique: Value[] = [];
  for (const value of values) {
    if (!unique.some((other) => valuesEqual(other, value, collation))) unique.push(value);
  }
  return unique;
}
