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
import { exactOperands, lazy, type LazyCompute } from '../operands';
import { isNullish } from '../truth';
import { reducedAngle } from './large-angle';
import { decimalFunction, inexact, LEAST_ZERO, wide, WideDecimal, zeroAtZero } from './real-decimal';
import { numericUnary, realFunction } from './unary';

const DEGREE = Decimal128.fromString('0.01745329251994329576923690768488613');
const RADIAN = Decimal128.fromString('57.29577951308232087679815481410517');
const ZERO = Decimal128.fromString('0');
const HALF_PI = WideDecimal.acos(-1).div(2);

type Wide = InstanceType<typeof WideDecimal>;

/** Smaller arguments are their own sine, tangent, … in 34 digits; past the large ones, hyperbolic functions overflow. */
const TINY = new WideDecimal('1E-40');
const HUGE = new WideDecimal('15000');
const VAST = new WideDecimal('1E+40');

/** A function that is about x near 0. */
function odd(compute: (x: Wide) => Wide): (x: Wide) => Wide {
  return (x) => (x.abs().lt(TINY) ? x : compute(x));
}

/** A function that is about 1 near 0. */
function even(compute: (x: Wide) => Wide): (x: Wide) => Wide {
  return (x) => (x.abs().lt(TINY) ? new WideDecimal(1) : compute(x));
}

export const TRIGONOMETRY_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $sin: realFunction(
    Math.sin,
    decimalFunction(
      odd((x) => reducedAngle(x).sin()),
      zeroAtZero('same'),
    ),
    finite,
  ),
  $cos: realFunction(Math.cos, decimalFunction(even((x) => reducedAngle(x).cos())), finite),
  $tan: realFunction(
    Math.tan,
    decimalFunction(
      odd((x) => reducedAngle(x).tan()),
      zeroAtZero('lower'),
    ),
    finite,
  ),
  $asin: realFunction(
    Math.asin,
    decimalFunction(
      odd((x) => x.asin()),
      zeroAtZero('lower'),
    ),
    within(-1, 1),
  ),
  $acos: realFunction(
    Math.acos,
    decimalFunction(
      (x) => (x.abs().lt(TINY) ? HALF_PI : x.acos()),
      (_, x) => (x.eq(1) ? LEAST_ZERO : undefined),
    ),
    within(-1, 1),
  ),
  $atan: realFunction(Math.atan, decimalFunction(odd(arcTangent), zeroAtZero('same'))),
  $atan2: (argument, scope, name) => lazy(exactOperands(argument, scope, name, 2), scope, name, arcTangent2),
  $sinh: realFunction(
    Math.sinh,
    decimalFunction(
      odd((x) => (x.abs().gt(HUGE) ? x.times(Infinity) : x.sinh())),
      zeroAtZero('lower'),
    ),
  ),
  $cosh: realFunction(
    Math.cosh,
    decimalFunction(even((x) => (x.abs().gt(HUGE) ? new WideDecimal(Infinity) : x.cosh()))),
  ),
  $tanh: realFunction(
    Math.tanh,
    decimalFunction(
      odd((x) => x.tanh()),
      (value, x) => (x.abs().gt(40) ? unit(x) : zeroAtZero('same')(value, x)),
    ),
  ),
  $asinh: realFunction(
    Math.asinh,
    decimalFunction(
      odd((x) => (x.abs().gt(VAST) ? logarithmOfDouble(x.abs()).times(x.isNegative() ? -1 : 1) : x.asinh())),
      zeroAtZero(LEAST_ZERO),
    ),
  ),
  $acosh: realFunction(
    Math.acosh,
    decimalFunction(
      (x) => (x.gt(VAST) ? logarithmOfDouble(x) : x.acosh()),
      (_, x) => (x.eq(1) ? ZERO : undefined),
    ),
    within(1, Infinity),
  ),
  $atanh: realFunction(
    Math.atanh,
    decimalFunction(
      odd((x) => (x.abs().eq(1) ? x.times(Infinity) : x.atanh())),
      zeroAtZero(LEAST_ZERO),
    ),
    within(-1, 1),
  ),
  $degreesToRadians: numericUnary((operand) => convertAngle(operand, DEGREE, Math.PI / 180)),
  $radiansToDegrees: numericUnary((operand) => convertAngle(operand, RADIAN, 180 / Math.PI)),
};

function arcTangent(x: Wide): Wide {
  return x.abs().gt(VAST) ? HALF_PI.times(x.isNegative() ? -1 : 1) : x.atan();
}

function unit(x: Wide): Decimal128 {
  return Decimal128.fromString(x.isNegative() ? '-1' : '1');
}

/** ln(2x), which asinh and acosh come to for large arguments. */
function logarithmOfDouble(x: Wide): Wide {
  return x.isFinite() ? x.times(2).ln() : x;
}

function convertAngle(operand: NumberValue, decimal: Decimal128, double: number): Value {
  if (numericKind(operand) === 'decimal') return multiply(operand, decimal);
  return makeDouble(toNumber(operand) * double);
}

function finite(operand: NumberValue, name: string): void {
  const isInfinite =
    operand instanceof Decimal128
      ? operand.toString().endsWith('Infinity')
      : Math.abs(toNumber(operand)) === Infinity;
  if (isInfinite) outOfRange(operand, name, '(-inf,inf)');
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
    `cannot apply ${name} to ${describeValue(operand)}, value must be in ${range}`,
  );
}

function arcTangent2(...[operands, document, variables]: Parameters<LazyCompute>): Value {
  const values: NumberValue[] = [];
  for (const [index, code] of [51044, 51045].entries()) {
    const operand = operands[index]?.evaluate(document, variables);
    if (isNullish(operand)) return null;
    if (!isNumber(operand)) {
      throw new CommandError(code, `$atan2 only supports numeric types, not ${bsonTypeName(operand)}`);
    }
    values.push(operand);
  }
  const [y, x] = values as [NumberValue, NumberValue];
  if (numericKind(y) !== 'decimal' && numericKind(x) !== 'decimal') {
    return makeDouble(Math.atan2(toNumber(y), toNumber(x)));
  }
  return decimalArcTangent2(toDecimal128(y), toDecimal128(x));
}

function decimalArcTangent2(y: Decimal128, x: Decimal128): Decimal128 {
  const [wideY, wideX] = [wide(y), wide(x)];
  if (wideY.isNaN() || wideX.isNaN()) return Decimal128.fromString('NaN');
  const angle = WideDecimal.atan2(wideY, wideX);
  return angle.isZero() ? LEAST_ZERO : inexact(angle);
}
