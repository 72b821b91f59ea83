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
    if (kind === 'long' && this.widest === 'int') this.widest = 'long';
    const number = toNumber(value);
    if (Number.isSafeInteger(number)) this.addSmallInteger(number);
    else this.addBigInteger(toBigInt(value));
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

  /** The sum as the nearest double, decimals left out. */
  double(): number {
    const total = this.sum + this.error;
    return Number.isNaN(total) ? this.plain : total;
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

  private addDouble(value: number): void {
    const sum = this.sum + value;
    const other = sum - this.sum;
    this.error += this.sum - (sum - other) + (value - other);
    this.plain += value;
    this.sum = sum;
  }

  private addSmallInteger(value: number): void {
    const next = this.smallIntegers + value;
    if (Number.isSafeInteger(next)) this.smallIntegers = next;
    else {
      this.integers += BigInt(this.smallIntegers);
      this.smallIntegers = value;
    }
    this.addDouble(value);
  }

  private addBigInteger(value: bigint): void {
    this.integers += value;
    const high = Number(value);
    this.addDouble(high);
    this.addDouble(Number(value - BigInt(high)));
  }

  private integer(): NumberValue {
    const total = this.integers + BigInt(this.smallIntegers);
    if (BigInt.asIntN(64, total) !== total) return makeDouble(Number(total));
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
