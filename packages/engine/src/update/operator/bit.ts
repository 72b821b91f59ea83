import {
  bsonTypeName,
  makeLong,
  numericKind,
  toBigInt,
  toNumber,
  type NumberValue,
  type Value,
} from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { elementText, fieldText } from '../text/value-text';
import { lastName, type ApplyContext } from '../tree/apply-context';
import { UNCHANGED, type Operation } from '../tree/node';
import { refuseCreation } from './operator';

type BitOperator = 'and' | 'or' | 'xor';

interface BitStep {
  readonly operator: BitOperator;
  readonly operand: NumberValue;
}

/** `$bit`: bitwise and, or, xor with integers, in the order given; a missing field counts as int32 0. */
export function compileBit(_field: string, argument: Value): Operation {
  const steps = parseSteps(argument);
  const compute = (value: NumberValue) => steps.reduce(applyStep, value);
  return {
    kind: 'operation',
    stores: 'value',
    update: (existing, context) => {
      if (!isInteger(existing)) throw notAnInteger(existing, context);
      const result = compute(existing);
      const isSame = numericKind(result) === numericKind(existing) && toBigInt(result) === toBigInt(existing);
      return isSame ? UNCHANGED : result;
    },
    create: () => compute(0),
    blocked: refuseCreation,
  };
}

function applyStep(value: NumberValue, step: BitStep): NumberValue {
  if (numericKind(value) === 'int' && numericKind(step.operand) === 'int') {
    const [a, b] = [toNumber(value), toNumber(step.operand)];
    return step.operator === 'and' ? a & b : step.operator === 'or' ? a | b : a ^ b;
  }
  const [a, b] = [toBigInt(value), toBigInt(step.operand)];
  return makeLong(step.operator === 'and' ? a & b : step.operator === 'or' ? a | b : a ^ b);
}

function parseSteps(argument: Value): BitStep[] {
  if (!(argument instanceof Map)) {
    throw new CommandError(
      'BadValue',
      `The $bit modifier is not compatible with a ${bsonTypeName(argument)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    );
  }
  const steps = [...argument].map(([name, operand]) => parseStep(name, operand));
  if (steps.length > 0) return steps;
  throw new CommandError(
    'BadValue',
    'You must pass in at least one bitwise operation. The format is: {$bit: {field: {and/or/xor: #}}',
  );
}

function parseStep(name: string, operand: Value): BitStep {
  if (name !== 'and' && name !== 'or' && name !== 'xor') {
    throw new CommandError(
      'BadValue',
      `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: ${elementText(name, operand)}`,
    );
  }
  if (!isInteger(operand)) {
    throw new CommandError(
      'BadValue',
      `The $bit modifier field must be an Integer(32/64 bit); a '${bsonTypeName(operand)}' is not supported here: ${elementText(name, operand)}`,
    );
  }
  return { operator: name, operand };
}

function isInteger(value: Value): value is NumberValue {
  const kind = numericKind(value);
  return kind === 'int' || kind === 'long';
}

function notAnInteger(existing: Value, context: ApplyContext): CommandError {
  const { id } = context;
  const document = id === undefined ? 'INVALID-MUTABLE-ELEMENT' : fieldText('_id', id);
  return new CommandError(
    'BadValue',
    `Cannot apply $bit to a value of non-integral type.${document} has the field ${lastName(context)} of non-integer type ${bsonTypeName(existing)}`,
  );
}
