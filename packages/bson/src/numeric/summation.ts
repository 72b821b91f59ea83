import type { Decimal128 } from 'bson';
import { makeDecimal128, toDecimal128 } from './decimal';
import { addDecimals } from './decimal-arithmetic';
import { isInt32, makeDouble, makeLong, numericKind } from './kinds';
import type { NumberValue } from './kinds';
import { toBigInt, toNumber } from './arithmetic';
import type { NumberResult } from './arithmetic';

/**
 * A sum as mongod's `$add`, `$sum` and `$avg` make it: decimals apart; everything else in a double and a second one
 * that holds what the first lost to rounding. So the order of the numbers hardly matters, and int64 sums that pass
 * through an overflow come out exact.
 */
export class Summation {
  #sum = 0;
  /** What `#sum` lost to rounding. */
  #rest = 0;
  /** The plain sum: it knows infinities and NaN. */
  #special = 0;
  #decimals = ZERO;
  #widest = 0;

  add(value: NumberValue): void {
    const kind = numericKind(value)!;
    this.#widest = Math.max(this.#widest, KINDS.indexOf(kind));
    if (kind === 'decimal') {
      this.#decimals = addDecimals(this.#decimals, value as Decimal128);
    } else if (kind === 'long') {
      // In two parts that doubles hold exactly.
      const integer = toBigInt(value);
      const low = integer % 0x1_0000_0000n;
      this.#addDouble(Number(low));
      this.#addDouble(Number(integer - low));
    } else {
      this.#addDouble(toNumber(value));
    }
  }

  /** The total in the widest type that was added (int32 for none); an int64 that does not fit becomes a double. */
  total(): NumberResult {
    switch (KINDS[this.#widest]) {
      case 'decimal':
        return this.decimal();
      case 'double':
        return makeDouble(this.double());
      default: {
        const integer = this.#integer();
        if (integer === undefined) return makeDouble(this.double());
        return this.#widest === 0 && isInt32(Number(integer)) ? Number(integer) : makeLong(integer);
      }
    }
  }

  /** The total of what is not decimal, as a double. */
  double(): number {
    return Number.isNaN(this.#sum) ? this.#special : this.#sum;
  }

  /** The total as Decimal128. */
  decimal(): Decimal128 {
    if (!Number.isFinite(this.#sum))
      return addDecimals(this.#decimals, toDecimal128(makeDouble(this.#special), 34));
    const sum = toDecimal128(makeDouble(this.#sum), 34);
    return addDecimals(this.#decimals, addDecimals(sum, toDecimal128(makeDouble(this.#rest), 34)));
  }

  #addDouble(value: number): void {
    this.#special += value;
    const [addend, lost] = twoSum(value, this.#rest);
    const [sum, rest] = twoSum(this.#sum, addend);
    this.#sum = sum;
    this.#rest = lost + rest;
  }

  #integer(): bigint | undefined {
    if (!Number.isFinite(this.#sum)) return undefined;
    const integer = BigInt(this.#sum) + BigInt(Math.round(this.#rest));
    return BigInt.asIntN(64, integer) === integer ? integer : undefined;
  }
}

const KINDS = ['int', 'long', 'double', 'decimal'] as const;
const ZERO = makeDecimal128({ kind: 'finite', negative: false, coefficient: 0n, exponent: 0 });

/** Knuth's: the rounded sum, and exactly what the rounding lost. */
function twoSum(a: number, b: number): [number, number] {
  const sum = a + b;
  const bPart = sum - a;
  return [sum, a - (sum - bPart) + (b - bPart)];
}
