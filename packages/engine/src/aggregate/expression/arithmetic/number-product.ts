import { makeDouble, multiply, numericKind, toNumber, type NumberValue, type NumericKind } from '@argon/bson';

/**
 * A running product as mongod keeps it: as a double all along, and exactly for as long as only integers are met. So
 * `[-1, 0, 1.0]` comes to -0.0. The result has the widest type met; past int64 it is a double.
 */
export class NumberProduct {
  private double = 1;
  /** The product of integers, or with decimals. */
  private exact: NumberValue = 1;
  private widest: NumericKind = 'int';

  multiply(value: NumberValue): void {
    const kind = numericKind(value) as NumericKind;
    if (this.widest === 'decimal' || kind === 'decimal') {
      const product = this.widest === 'double' ? makeDouble(this.double) : this.exact;
      this.exact = multiply(product, value, 'double');
      this.widest = 'decimal';
      return;
    }
    this.double *= toNumber(value);
    if (kind === 'double' || this.widest === 'double') {
      this.widest = 'double';
      return;
    }
    this.exact = multiply(this.exact, value, 'double');
    if (numericKind(this.exact) === 'double') this.widest = 'double';
    else if (kind === 'long') this.widest = 'long';
  }

  result(): NumberValue {
    if (this.widest === 'double') return makeDouble(this.double);
    // A product of int32s that left their range on the way and came back is an int32.
    const number = toNumber(this.exact);
    return this.widest === 'int' && number === (number | 0) ? number + 0 : this.exact;
  }
}
