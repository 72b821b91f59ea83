import {
  bsonTypeName,
  Decimal128,
  isNumber,
  makeDouble,
  multiply,
  numericKind,
  toDecimal128,
  toNumber,
  type NumberValue,
  type Value,
} from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { describeValue } from '../describe';
import type { OperatorCompiler } from '../expression';
import { binary } from '../operands';
import { isNullish } from '../truth';
import { decimalFunction, inexact, LEAST_ZERO, wide, WideDecimal, zeroAtZero } from './real-decimal';
import { numericUnary, realFunction } from './unary';

const DEGREE = Decimal128.fromString('0.01745329251994329576923690768488613');
const RADIAN = Decimal128.fromString('57.29577951308232087679815481410517');
const ZERO = Decimal128.fromString('0');
/** The exponents of these zeros are what mongod's decimal library gives. */
const ZERO_E40 = Decimal128.fromString('0E-40');
const HALF_PI = WideDecimal.acos(-1).div(2);

export const TRIGONOMETRY_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $sin: realFunction(Math.sin, decimalFunction((x) => x.sin(), zeroAtZero('same')), finite),
  $cos: realFunction(Math.cos, decimalFunction((x) => x.cos()), finite),
  $tan: realFunction(Math.tan, decimalFunction((x) => x.tan(), zeroAtZero(ZERO_E40)), finite),
  $asin: realFunction(Math.asin, decimalFunction((x) => x.asin(), zeroAtZero(ZERO_E40)), within(-1, 1)),
  $acos: realFunction(
    Math.acos,
    decimalFunction((x) => x.acos(), (_, x) => (x.eq(1) ? LEAST_ZERO : undefined)),
    within(-1, 1),
  ),
  $atan: realFunction(
    Math.atan,
    decimalFunction((x) => (x.isFinite() ? x.atan() : HALF_PI.times(x.isNegative() ? -1 : 1)), zeroAtZero('same')),
  ),
  $atan2: binary(arcTangent2),
  $sinh: realFunction(Math.sinh, decimalFunction((x) => x.sinh(), zeroAtZero(ZERO_E40))),
  $cosh: realFunction(Math.cosh, decimalFunction((x) => x.cosh())),
  $tanh: realFunction(
    Math.tanh,
    decimalFunction((x) => x.tanh(), (value, x) => (x.abs().gt(40) ? Decimal128.fromString(x.isNegative() ? '-1' : '1') : zeroAtZero('same')(value, x))),
  ),
  $asinh: realFunction(Math.asinh, decimalFunction((x) => x.asinh(), zeroAtZero(LEAST_ZERO))),
  $acosh: realFunction(
    Math.acosh,
    decimalFunction((x) => x.acosh(), (_, x) => (x.eq(1) ? ZERO : undefined)),
    within(1, Infinity),
  ),
  $atanh: realFunction(
    Math.atanh,
    decimalFunction(
      (x) => (x.abs().eq(1) ? x.times(Infinity) : x.atanh()),
      zeroAtZero(LEAST_ZERO),
    ),
    within(-1, 1),
  ),
  $degreesToRadians: numericUnary((operand) => convertAngle(operand, DEGREE, Math.PI / 180)),
  $radiansToDegrees: numericUnary((operand) => convertAngle(operand, RADIAN, 180 / Math.PI)),
};

function convertAngle(operand: NumberValue, decimal: Decimal128, double: number): Value {
  if (numericKind(operand) === 'decimal') return multiply(operand, decimal);
  return makeDouble(toNumber(operand) * double);
}

function finite(operand: NumberValue, name: string): void {
  const value = toNumber(operand);
  if (value === Infinity || value === -Infinity) outOfRange(operand, name, '(-inf,inf)');
}

function within(least: number, most: number): (operand: NumberValue, name: string) => void {
  const range = `[${least},${most === Infinity ? 'inf' : most}]`;
  return (operand, name) => {
    const value = toNumber(operand);
    if (value < least || value > most) outOfRange(operand, name, range);
  };
}

function outOfRange(operand: NumberValue, name: string, range: string): never {
  throw new CommandError(
    50989,
    `cannot apply ${name} to ${describeValue(operand as Value)}, value must be in ${range}`,
  );
}

function arcTangent2(y: Value | undefined, x: Value | undefined): Value {
  if (isNullish(y)) return null;
  for (const operand of [y, x]) {
    if (!isNullish(operand) && !isNumber(operand)) {
      throw new CommandError(51044, `$atan2 only supports numeric types, not ${bsonTypeName(operand)}`);
    }
  }
  if (isNullish(x)) return null;
  if (numericKind(y) !== 'decimal' && numericKind(x) !== 'decimal') {
    return makeDouble(Math.atan2(toNumber(y as NumberValue), toNumber(x as NumberValue)));
  }
  return decimalArcTangent2(toDecimal128(y as NumberValue), toDecimal128(x as NumberValue));
}

function decimalArcTangent2(y: Decimal128, x: Decimal128): Decimal128 {
  const [wideY, wideX] = [wide(y), wide(x)];
  if (wideY.isNaN() || wideX.isNaN()) return Decimal128.fromString('NaN');
  const angle = WideDecimal.atan2(wideY, wideX);
  return angle.isZero() ? LEAST_ZERO : inexact(angle);
}
