import {
  add,
  makeDouble,
  makeLong,
  numericKind,
  toBigInt,
  toDecimal128,
  toNumber,
  type Decimal128,
  type NumberValue,
  type NumericKind,
  type Value,
} from '@argon/bson';

const TWO_TO_32 = 1n << 32n;

/**
 * A running sum as mongod keeps it for `$add`, `$sum` and `$avg`: integers exactly, doubles with the rounding error
 * of each step carried along (two doubles, about 106 bits), decimals apart. The result has the widest type met;
 * an integer sum past int32 becomes int64, past int64 a double.
 */
export class NumberSum {
  /** High part, and the error left over from the additions. */
  private sum = 0;
  private error = 0;
  /** What plain addition gives, for infinities and NaN. */
  private plain = 0;
  private integers = 0n;
  private smallIntegers = 0;
  private decimals: Decimal128 | undefined;
  private widest: NumericKind = 'int';

  add(value: NumberValue): void {
    const kind = numericKind(value);
    if (kind === 'decimal') {
      this.widest = 'decimal';
      this.decimals =
        this.decimals === undefined ? (value as Decimal128) : (add(this.decimals, value) as Decimal128);
      return;
    }
    if (kind === 'double') {
      if (this.widest !== 'decimal') this.widest = 'double';
      this.addDouble(toNumber(value));
      return;
    }
    const number = toNumber(value);
    if (kind === 'int') this.addDouble(number);
    else {
      if (this.widest === 'int') this.widest = 'long';
      this.addHalves(toBigInt(value));
    }
    if (Number.isSafeInteger(number)) this.addSmallInteger(number);
    else this.integers += toBigInt(value);
  }

  get kind(): NumericKind {
    return this.widest;
  }

  result(): NumberValue {
    switch (this.widest) {
      case 'decimal':
        return this.decimal();
      case 'double':
        return makeDouble(this.double());
      default:
        return this.integer();
    }
  }

  /**
   * The sum as a double, decimals left out. The last step's error is not yet part of it, as mongod has it: 0 for
   * -2^63, 4.0 and 2^63 - 1.
   */
  double(): number {
    return Number.isNaN(this.sum) ? this.plain : this.sum;
  }

  /** The sum with the decimals. */
  decimal(): Decimal128 {
    let total = Number.isFinite(this.sum)
      ? (add(toDecimal128(makeDouble(this.sum), 34), toDecimal128(makeDouble(this.error), 34)) as Decimal128)
      : toDecimal128(makeDouble(this.double()), 34);
    if (this.decimals !== undefined) total = add(total, this.decimals) as Decimal128;
    return total;
  }

  /** The sum rounded to an integer the way mongod adds to dates; undefined if it is none, or past 64 bits. */
  rounded(): bigint | undefined {
    if (!Number.isFinite(this.sum)) return undefined;
    const high = roundAwayFromZero(this.sum);
    const low = roundAwayFromZero(this.sum - Number(high) + this.error);
    const total = high + low;
    return BigInt.asIntN(64, total) === total ? total : undefined;
  }

  /** Dekker's sum of the value and the error so far, then Knuth's of the sum and that. */
  private addDouble(value: number): void {
    this.plain += value;
    const term = value + this.error;
    const termError = this.error - (term - value);
    const sum = this.sum + term;
    const before = sum - term;
    this.error = termError + (this.sum - before + (term - (sum - before)));
    this.sum = sum;
  }

  /** An int64 as two numbers that doubles hold exactly, the lower first. */
  private addHalves(value: bigint): void {
    const low = value % TWO_TO_32;
    this.addDouble(Number(low));
    this.addDouble(Number(value - low));
  }

  private addSmallInteger(value: number): void {
    const next = this.smallIntegers + value;
    if (Number.isSafeInteger(next)) this.smallIntegers = next;
    else {
      this.integers += BigInt(this.smallIntegers);
      this.smallIntegers = value;
    }
  }

  private integer(): NumberValue {
    const total = this.integers + BigInt(this.smallIntegers);
    if (BigInt.asIntN(64, total) !== total) return makeDouble(this.double());
    const number = Number(total);
    return this.widest === 'int' && number === (number | 0) ? number : makeLong(total);
  }
}

function roundAwayFromZero(value: number): bigint {
  return BigInt(Math.sign(value) * Math.round(Math.abs(value)));
}

/** Adds `value` if it is a number. */
export function addIfNumber(sum: NumberSum, value: Value | undefined): boolean {
  if (numericKind(value) === undefined) return false;
  sum.add(value as NumberValue);
  return true;
}
