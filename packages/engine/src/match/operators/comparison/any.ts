import { canonicalType, compareValues } from '@argon/bson';
import type { Collation, Value } from '@argon/bson';
import { DecodingTest } from '../../decoding-test';
import { accepts } from './verdict';
import type { Verdict } from './verdict';

const NULL_TYPE = 5;
const NUMBER_TYPE = 10;
const MIN_KEY = -1;
const MAX_KEY = 127;

/**
 * Comparison with an operand of any type. Values of another type class never compare (type bracketing), but null
 * equals undefined and missing, and MinKey and MaxKey are below and above every other type.
 */
export class AnyComparison extends DecodingTest {
  private readonly type: number;
  private readonly isNaN: boolean;

  constructor(
    private readonly operand: Value,
    private readonly verdict: Verdict,
    private readonly collation?: Collation,
  ) {
    super();
    this.type = canonicalType(operand);
    this.isNaN = isNotANumber(operand, this.type);
  }

  decoded(value: Value | undefined): boolean {
    const type = canonicalType(value);
    if (type !== this.type) {
      if (type + this.type === NULL_TYPE) return this.verdict.equal;
      if (this.type === MAX_KEY) return this.verdict.less;
      return this.type === MIN_KEY && this.verdict.greater;
    }
    const isNaN = isNotANumber(value, type);
    if (isNaN || this.isNaN) return isNaN && this.isNaN && this.verdict.equal;
    return accepts(this.verdict, compareValues(value, this.operand, this.collation));
  }
}

/** NaN of either type: it equals itself, and is neither less nor greater than any number. */
function isNotANumber(value: Value | undefined, type: number): boolean {
  if (type !== NUMBER_TYPE) return false;
  return typeof value === 'number' ? Number.isNaN(value) : compareValues(value, NaN) === 0;
}
