import {
  bsonTypeName,
  Decimal128,
  isNumber,
  isZero,
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
import { binary } from '../operands';
import { isNullish } from '../truth';
import { decimalFunction, inexact, LEAST_ZERO, wholeOrInexact, wide, WideDecimal } from './real-decimal';
import { realFunction } from './unary';

type Operand = Value | undefined;

const ONE = Decimal128.fromString('1');

export const POWER_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $exp: realFunction(
    Math.exp,
    decimalFunction(
      (value) => value.exp(),
      (_, value) => {
        if (value.isFinite()) return value.abs().lt('1E-35') ? ONE : undefined;
        return value.isNegative() ? Decimal128.fromString('0') : Decimal128.fromString('Infinity');
      },
    ),
  ),
  $ln: realFunction(Math.log, (value) => wholeOrInexact(wide(value).ln()), positive(28766)),
  $log10: realFunction(Math.log10, (value) => wholeOrInexact(wide(value).log(10)), positive(28761)),
  $log: binary(logarithm),
  $pow: binary(power),
  $sqrt: realFunction(Math.sqrt, squareRoot, (operand) => {
    if (toNumber(operand) < 0) {
      throw new CommandError(28714, "$sqrt's argument must be greater than or equal to 0");
    }
  }),
};

function positive(code: number): (operand: NumberValue, name: string) => void {
  return (operand, name) => {
    if (toNumber(operand) <= 0) {
      throw new CommandError(
        code,
        `${name}'s argument must be a positive number, but is ${describeValue(operand)}`,
      );
    }
  };
}

/** The exponent of an exact root is half the argument's, rounded down, as IEEE 754 has it. */
function squareRoot(value: Decimal128): Decimal128 {
  const argument = wide(value);
  if (!argument.isFinite()) return value;
  const exponent = Math.floor(decimalExponent(value) / 2);
  const root = argument.sqrt();
  const coefficient = root.times(new WideDecimal(10).pow(-exponent));
  if (coefficient.isInteger() && coefficient.lt('1E34') && root.times(root).eq(argument)) {
    return Decimal128.fromString(
      `${argument.isNegative() ? '-' : ''}${coefficient.abs().toFixed(0)}E${exponent}`,
    );
  }
  return wholeRoot(root, argument) ?? inexact(root);
}

function wholeRoot(
  root: InstanceType<typeof WideDecimal>,
  argument: InstanceType<typeof WideDecimal>,
): Decimal128 | undefined {
  return root.times(root).eq(argument) && root.precision() <= 34
    ? Decimal128.fromString(root.toString())
    : undefined;
}

function decimalExponent(value: Decimal128): number {
  const [digits = '', power = '0'] = value.toString().split('E');
  return Number(power) - (digits.split('.')[1]?.length ?? 0);
}

function logarithm(left: Operand, right: Operand): Operand {
  if (isNullish(left) || isNullish(right)) return null;
  if (!isNumber(left)) {
    throw new CommandError(28756, `$log's argument must be numeric, not ${bsonTypeName(left)}`);
  }
  if (!isNumber(right))
    throw new CommandError(28757, `$log's base must be numeric, not ${bsonTypeName(right)}`);
  if (toNumber(left) <= 0) {
    throw new CommandError(28758, `$log's argument must be a positive number, but is ${describeValue(left)}`);
  }
  if (toNumber(right) <= 0 || toNumber(right) === 1) {
    throw new CommandError(
      28759,
      `$log's base must be a positive number not equal to 1, but is ${describeValue(right)}`,
    );
  }
  if (numericKind(left) !== 'decimal' && numericKind(right) !== 'decimal') {
    return makeDouble(Math.log(toNumber(left)) / Math.log(toNumber(right)));
  }
  const argument = wide(toDecimal128(left));
  const base = wide(toDecimal128(right));
  if (base.isNaN() || argument.isNaN()) return Decimal128.fromString('NaN');
  return wholeOrInexact(argument.ln().div(base.ln()));
}

function power(left: Operand, right: Operand): Operand {
  if (isNullish(left) || isNullish(right)) return null;
  if (!isNumber(left))
    throw new CommandError(28762, `$pow's base must be numeric, not ${bsonTypeName(left)}`);
  if (!isNumber(right)) {
    throw new CommandError(28763, `$pow's exponent must be numeric, not ${bsonTypeName(right)}`);
  }
  if (isZero(left) && toNumber(right) < 0) {
    throw new CommandError(28764, '$pow cannot take a base of 0 and a negative exponent');
  }
  const kinds = [numericKind(left), numericKind(right)];
  if (kinds.includes('decimal')) return decimalPower(toDecimal128(left), toDecimal128(right));
  if (kinds.includes('double')) return makeDouble(doublePower(toNumber(left), toNumber(right)));
  return integerPower(toBigInt(left), toBigInt(right), kinds.includes('long'));
}

/** C's pow: unlike JavaScript's, 1 to any power and −1 to an infinite one are 1. */
function doublePower(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  return base ** exponent;
}

function integerPower(base: bigint, exponent: bigint, isLong: boolean): Value {
  const magnitude = base < 0n ? -base : base;
  if (exponent < 0n && magnitude !== 1n) return makeDouble(Number(base) ** Number(exponent));
  if (magnitude > 1n && exponent > 63n) return makeDouble(Number(base) ** Number(exponent));
  const result = magnitude > 1n ? base ** exponent : smallPower(base, exponent);
  if (BigInt.asIntN(64, result) !== result) return makeDouble(Number(base) ** Number(exponent));
  const number = Number(result);
  return !isLong && number === (number | 0) ? number : makeLong(result);
}

function smallPower(base: bigint, exponent: bigint): bigint {
  if (base === 0n) return exponent === 0n ? 1n : 0n;
  return base === -1n && exponent % 2n !== 0n ? -1n : 1n;
}

function decimalPower(left: Decimal128, right: Decimal128): Decimal128 {
  const base = wide(left);
  const exponent = wide(right);
  const one = inexact(new WideDecimal(1));
  if (exponent.isZero() || base.eq(1) || (base.eq(-1) && !exponent.isFinite() && !exponent.isNaN()))
    return one;
  if (base.isZero() && !exponent.isNaN()) return LEAST_ZERO;
  return inexact(base.pow(exponent));
}
