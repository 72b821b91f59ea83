import type { Value } from '@argon/bson';
import type { ValueTest } from '../../node';
import { int32At } from '../../walk/bytes';
import { doubleAt } from '../../walk/numbers';
import { AnyComparison } from './any';
import type { Verdict } from './verdict';

const DOUBLE = 1;
const INT32 = 16;
const INT64 = 18;

/** Comparison with a number that JavaScript holds exactly; decimals and int64s beyond 2^53 are left to the general way. */
export class NumberComparison implements ValueTest {
  private readonly general: AnyComparison;

  constructor(
    operand: Value,
    private readonly number: number,
    private readonly verdict: Verdict,
  ) {
    this.general = new AnyComparison(operand, verdict);
  }

  decoded(value: Value | undefined): boolean {
    return typeof value === 'number' ? this.holds(value) : this.general.decoded(value);
  }

  raw(bytes: Uint8Array, type: number, start: number): boolean {
    switch (type) {
      case INT32:
        return this.holds(int32At(bytes, start));
      case DOUBLE:
        return this.holds(doubleAt(bytes, start));
      case INT64: {
        const high = int32At(bytes, start + 4);
        if (high < -0x20_0000 || high >= 0x20_0000) return this.general.raw(bytes, type, start);
        return this.holds(high * 4294967296 + (int32At(bytes, start) >>> 0));
      }
      case 19:
        return this.general.raw(bytes, type, start);
      default:
        return false;
    }
  }

  private holds(value: number): boolean {
    const { number, verdict } = this;
    if (value === number) return verdict.equal;
    if (value < number) return verdict.less;
    // NaN is neither less nor greater, but equals NaN.
    return value > number ? verdict.greater : verdict.equal && value !== value && number !== number;
  }
}
