import { isNumber, numericKind, toDecimal, toNumber } from '@argon/bson';
import type { NumberValue, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Condition } from '../condition';
import { DecodingTest } from '../decoding-test';

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** `$mod: [divisor, remainder]`, over the integer part of numbers of any type. */
export function modCondition(operand: Value): Condition {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', 'malformed mod, needs to be an array');
  const [divisor, remainder] = operand;
  if (divisor === undefined || remainder === undefined) {
    throw new CommandError('BadValue', 'malformed mod, not enough elements');
  }
  if (operand.length > 2) throw new CommandError('BadValue', 'malformed mod, too many elements');
  if (!isNumber(divisor)) throw new CommandError('BadValue', 'malformed mod, divisor not a number');
  if (!isNumber(remainder)) throw new CommandError('BadValue', 'malformed mod, remainder not a number');
  const by = coerced(divisor, 'divisor');
  const rest = coerced(remainder, 'remainder');
  if (by === 0n) throw new CommandError('BadValue', 'divisor cannot be 0');
  return { kind: 'test', operator: '$mod', operand, test: new ModTest(by, rest), arrays: 'items' };
}

function coerced(value: NumberValue, what: string): bigint {
  const integer = integerPart(value);
  if (typeof integer === 'bigint') return integer;
  const cause =
    integer === 'not finite'
      ? 'Unable to coerce NaN/Inf to integral type'
      : 'Out of bounds coercing to integral value';
  throw new CommandError('BadValue', `malformed mod, ${what} value is invalid :: caused by :: ${cause}`);
}

/** A number cut to an int64. */
function integerPart(value: NumberValue): bigint | 'not finite' | 'out of range' {
  let integer: bigint;
  switch (numericKind(value)) {
    case 'double': {
      const double = toNumber(value);
      if (!Number.isFinite(double)) return 'not finite';
      integer = BigInt(Math.trunc(double));
      break;
    }
    case 'decimal': {
      const decimal = toDecimal(value);
      if (!decimal.isFinite()) return 'not finite';
      if (decimal.e > 20) return 'out of range';
      integer = BigInt(decimal.trunc().toFixed(0));
      break;
    }
    default:
      integer = BigInt(value.toString());
  }
  return integer < INT64_MIN || integer > INT64_MAX ? 'out of range' : integer;
}

class ModTest extends DecodingTest {
  private readonly smallDivisor: number;
  private readonly smallRemainder: number;

  constructor(
    private readonly divisor: bigint,
    private readonly remainder: bigint,
  ) {
    super();
    this.smallDivisor = Number(divisor);
    this.smallRemainder = Number(remainder);
  }

  decoded(value: Value | undefined): boolean {
    if (!isNumber(value)) return false;
    if (typeof value === 'number' && Number.isSafeInteger(value) && Number.isSafeInteger(this.smallDivisor)) {
      return value % this.smallDivisor === this.smallRemainder;
    }
    const integer = integerPart(value);
    return typeof integer === 'bigint' && integer % this.divisor === this.remainder;
  }
}
