import {
  abs,
  bsonTypeName,
  Decimal128,
  isNumber,
  makeDouble,
  makeLong,
  numericKind,
  toBigInt,
  toDecimal128,
  toNumber,
  type NumberValue,
  type Value,
} from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { describeValue } from '../describe';
import type { OperatorCompiler } from '../expression';
import { asInt32 } from '../integral';
import { lazy, rangeOperands } from '../operands';
import { isNullish } from '../truth';
import { coerceToInt64 } from './coerce';
import { quantize, type Rounding } from './quantize';
import { numericUnary } from './unary';

type Operand = Value | undefined;

export const ROUNDING_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $abs: numericUnary((operand) => {
    if (numericKind(operand) === 'long' && toBigInt(operand) === -(2n ** 63n)) {
      throw new CommandError(28680, "can't take $abs of long long min");
    }
    return abs(operand);
  }),
  $ceil: numericUnary((operand) => toInteger(operand, 'ceiling', Math.ceil)),
  $floor: numericUnary((operand) => toInteger(operand, 'floor', Math.floor)),
  $round: placeRounding('halfEven'),
  $trunc: placeRounding('truncate'),
};

function toInteger(operand: NumberValue, rounding: Rounding, double: (value: number) => number): Value {
  switch (numericKind(operand)) {
    case 'decimal':
      return quantize(operand as Decimal128, 0, rounding);
    case 'double':
      return makeDouble(double(toNumber(operand)));
    default:
      return operand;
  }
}

function placeRounding(rounding: Rounding): OperatorCompiler {
  return (argument, scope, name) =>
    lazy(rangeOperands(argument, scope, name, 1, 2), scope, name, ([value, place], document, variables) =>
      roundToPlace(
        value?.evaluate(document, variables),
        place === undefined ? undefined : () => place.evaluate(document, variables),
        name,
        rounding,
      ),
    );
}

function roundToPlace(
  operand: Operand,
  place: (() => Operand) | undefined,
  name: string,
  rounding: Rounding,
): Operand {
  if (isNullish(operand)) return null;
  if (!isNumber(operand)) {
    throw new CommandError(51081, `${name} only supports numeric types, not ${bsonTypeName(operand)}`);
  }
  const places = place === undefined ? 0 : precision(place(), name);
  if (places === null) return null;
  switch (numericKind(operand)) {
    case 'decimal':
      return isSpecial(operand as Decimal128) ? operand : quantize(operand as Decimal128, places, rounding);
    case 'double':
      return roundDouble(toNumber(operand), places, rounding);
    default:
      return places >= 0 ? operand : roundInteger(operand, places, name, rounding);
  }
}

function precision(place: Operand, name: string): number | null {
  if (isNullish(place)) return null;
  if (!isNumber(place)) {
    throw new CommandError(16004, `can't convert from BSON type ${bsonTypeName(place)} to long`);
  }
  const places = Number(coerceToInt64(place));
  if (asInt32(place) === undefined) {
    throw new CommandError(51082, `precision argument to  ${name} must be a integral value`);
  }
  if (places < -20 || places > 100) {
    throw new CommandError(
      51083,
      `cannot apply ${name} with precision value ${places} value must be in [-20, 100]`,
    );
  }
  return places;
}

function roundDouble(value: number, places: number, rounding: Rounding): Value {
  if (!Number.isFinite(value)) return makeDouble(value);
  const exact = toDecimal128(makeDouble(value), 34);
  return makeDouble(toNumber(quantize(exact, places, rounding)));
}

function roundInteger(operand: NumberValue, places: number, name: string, rounding: Rounding): Value {
  const scale = 10n ** BigInt(-places);
  const value = toBigInt(operand);
  let rounded = (value / scale) * scale;
  if (rounding === 'halfEven') {
    const twice = 2n * (value < 0n ? rounded - value : value - rounded);
    const odd = (rounded / scale) % 2n !== 0n;
    if (twice > scale || (twice === scale && odd)) rounded += value < 0n ? -scale : scale;
  }
  if (BigInt.asIntN(64, rounded) !== rounded) {
    throw new CommandError(
      51080,
      `invalid conversion from Decimal128 result in ${name} resulting from arguments: [${describeValue(operand)}, ${places}]`,
    );
  }
  const number = Number(rounded);
  return numericKind(operand) === 'int' && number === (number | 0) ? number : makeLong(rounded);
}

function isSpecial(value: Decimal128): boolean {
  return !Number.isFinite(toNumber(value)) && /inf|nan/i.test(value.toString());
}
