import {
  add,
  compareValues,
  isNumber,
  multiply,
  numericKind,
  NumericOverflowError,
  toBigInt,
  bsonTypeName,
  type NumberValue,
  type Value,
} from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { documentIdText, elementText } from '../text/value-text';
import { lastName, type ApplyContext } from '../tree/apply-context';
import { UNCHANGED, type Operation } from '../tree/node';
import { refuseCreation } from './operator';

/** `$inc`: adds; a missing field becomes the argument. */
export function compileInc(field: string, argument: Value): Operation {
  return compileArithmetic('$inc', 'increment', add, field, argument, (amount) => amount);
}

/** `$mul`: multiplies; a missing field becomes 0 of the argument's type. */
export function compileMul(field: string, argument: Value): Operation {
  return compileArithmetic('$mul', 'multiply', multiply, field, argument, (factor) => multiply(0, factor));
}

function compileArithmetic(
  operator: string,
  verb: string,
  compute: (a: NumberValue, b: NumberValue) => NumberValue,
  field: string,
  argument: Value,
  initial: (argument: NumberValue) => NumberValue,
): Operation {
  if (!isNumber(argument)) {
    throw new CommandError(
      'TypeMismatch',
      `Cannot ${verb} with non-numeric argument: ${elementText(field, argument)}`,
    );
  }
  return {
    kind: 'operation',
    stores: 'value',
    update: (existing, context) => {
      if (!isNumber(existing)) throw notANumber(operator, existing, context);
      const result = computed(operator, compute, existing, argument, context);
      return isSameNumber(existing, result) ? UNCHANGED : result;
    },
    create: () => initial(argument),
    blocked: refuseCreation,
  };
}

function computed(
  operator: string,
  compute: (a: NumberValue, b: NumberValue) => NumberValue,
  existing: NumberValue,
  argument: NumberValue,
  context: ApplyContext,
): NumberValue {
  try {
    return compute(existing, argument);
  } catch (error) {
    if (!(error instanceof NumericOverflowError)) throw error;
    throw new CommandError(
      'BadValue',
      `Failed to apply ${operator} operations to current value (${integerText(existing)}) for document ${documentIdText(context.id)}`,
    );
  }
}

function integerText(value: NumberValue): string {
  return `(${numericKind(value) === 'int' ? 'NumberInt' : 'NumberLong'})${toBigInt(value)}`;
}

/** mongod takes a result of the same type and value for no change; so 0.0 may stay where −0.0 was computed. */
function isSameNumber(a: NumberValue, b: NumberValue): boolean {
  return numericKind(a) === numericKind(b) && compareValues(a, b) === 0 && !isNaN(Number(a));
}

function notANumber(operator: string, existing: Value, context: ApplyContext): CommandError {
  return new CommandError(
    'TypeMismatch',
    `Cannot apply ${operator} to a value of non-numeric type. ${documentIdText(context.id)} has the field '${lastName(context)}' of non-numeric type ${bsonTypeName(existing)}`,
  );
}
