import {
  Decimal128,
  divide,
  isInt32,
  isNumber,
  makeDouble,
  makeLong,
  negate,
  numericKind,
  subtract,
  toBigInt,
  toDecimal128,
  toNumber,
  type NumberValue,
  type NumericKind,
  type Value,
} from '@argon/bson';
import type { Expression } from '../../expression/expression';
import { NumberSum } from '../../expression/arithmetic/number-sum';
import type { Extent } from './bounds';
import type { Partition } from './partition';

const LEAST_LONG = -(2n ** 63n);

/**
 * `$sum` of a window that slides, as mongod keeps it: numbers that leave are taken away from the sum, so that what was
 * rounded while they were in it stays lost. Infinities and NaN are counted beside the sum. The result has the type that
 * the numbers in the window need, and of integers the smaller one that holds it.
 */
export class SlidingSum {
  private readonly sum = new NumberSum();
  private readonly kinds: Record<NumericKind, number> = { int: 0, long: 0, double: 0, decimal: 0 };
  private readonly beside = { NaN: 0, Infinity: 0, '-Infinity': 0 };

  add(value: NumberValue): void {
    this.change(value, 1);
  }

  remove(value: NumberValue): void {
    this.change(value, -1);
  }

  result(): Value {
    const beside = this.besideTheSum();
    if (beside !== undefined) {
      return this.kinds.decimal > 0 ? Decimal128.fromString(beside) : Number(beside);
    }
    const sum = this.sum.result();
    if (this.kinds.decimal > 0) return sum;
    return this.kinds.double > 0 ? makeDouble(toNumber(sum)) : narrowed(sum);
  }

  private change(value: NumberValue, by: 1 | -1): void {
    this.kinds[numericKind(value) as NumericKind] += by;
    const text = unbounded(value);
    if (text !== undefined) this.beside[text] += by;
    else if (by === 1) this.sum.add(value);
    else this.takeAway(value);
  }

  private takeAway(value: NumberValue): void {
    if (numericKind(value) !== 'long' || toBigInt(value) !== LEAST_LONG) this.sum.add(negate(value));
    else {
      // The least int64 has no opposite.
      this.sum.add(makeLong(-(LEAST_LONG + 1n)));
      this.sum.add(1);
    }
  }

  private besideTheSum(): 'NaN' | 'Infinity' | '-Infinity' | undefined {
    const { NaN: none, Infinity: above, '-Infinity': below } = this.beside;
    if (none > 0 || (above > 0 && below > 0)) return 'NaN';
    if (above > 0) return 'Infinity';
    return below > 0 ? '-Infinity' : undefined;
  }
}

/** `$avg` of a window that slides: its sum by how many numbers are there; null if none are. */
export class SlidingAverage extends SlidingSum {
  private count = 0;

  override add(value: NumberValue): void {
    super.add(value);
    this.count++;
  }

  override remove(value: NumberValue): void {
    super.remove(value);
    this.count--;
  }

  override result(): Value {
    if (this.count === 0) return null;
    const sum = super.result() as NumberValue;
    if (unbounded(sum) !== undefined) return sum;
    return numericKind(sum) === 'decimal' ? divide(sum, this.count) : makeDouble(toNumber(sum) / this.count);
  }
}

/** Goes over a partition's windows: what comes into one is added before what leaves the last is taken away. */
export function slidingSums(
  sum: SlidingSum,
  expression: Expression,
  { documents, variables }: Partition,
  extentOf: (index: number) => Extent,
): Value[] {
  const values = documents.map((document) => expression.evaluate(document, variables));
  let [from, to] = [0, 0];
  return documents.map((_, index) => {
    const { start, end } = extentOf(index);
    for (const value of values.slice(Math.max(to, start), end)) if (isNumber(value)) sum.add(value);
    for (const value of values.slice(from, Math.min(to, start))) if (isNumber(value)) sum.remove(value);
    [from, to] = [start, end];
    return sum.result();
  });
}

function unbounded(value: NumberValue): 'NaN' | 'Infinity' | '-Infinity' | undefined {
  const number = toNumber(value);
  if (Number.isNaN(number)) return 'NaN';
  if (Number.isFinite(number)) return undefined;
  const sign = number > 0 ? 'Infinity' : '-Infinity';
  // A decimal may be finite and past all doubles.
  return numericKind(value) === 'decimal' && value.toString() !== sign ? undefined : sign;
}

/** The sum of integers alone, where numbers of wider types were in the window before. */
function narrowed(sum: NumberValue): NumberValue {
  const kind = numericKind(sum);
  const integer =
    kind === 'decimal' ? evenInteger(sum) : kind === 'double' ? awayFromZero(toNumber(sum)) : toBigInt(sum);
  if (integer === undefined) return makeDouble(toNumber(sum));
  const number = Number(integer);
  return isInt32(number) ? number : makeLong(integer);
}

function awayFromZero(sum: number): bigint | undefined {
  if (sum < -(2 ** 63) || sum >= 2 ** 63) return undefined;
  return BigInt(Math.sign(sum) * Math.round(Math.abs(sum)));
}

function evenInteger(sum: NumberValue): bigint | undefined {
  const whole = toBigInt(sum);
  const rest = Math.abs(toNumber(subtract(sum, toDecimal128(makeLong(whole)))));
  const step = toNumber(sum) < 0 ? -1n : 1n;
  const rounded = rest > 0.5 || (rest === 0.5 && whole % 2n !== 0n) ? whole + step : whole;
  return BigInt.asIntN(64, rounded) === rounded ? rounded : undefined;
}
