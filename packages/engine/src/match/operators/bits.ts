import { Binary, isNumber, numericKind, toDecimal, toNumber } from '@argon/bson';
import type { NumberValue, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Condition } from '../condition';
import { DecodingTest } from '../decoding-test';
import { describeElement } from '../parse/describe';
import { nonNegativeInt, nonNegativeLong } from '../parse/integer';

const INT64_MIN = -(2n ** 63n);
const HALF_EVEN = 6; // decimal.js: ROUND_HALF_EVEN

export type BitsOperator = '$bitsAllSet' | '$bitsAllClear' | '$bitsAnySet' | '$bitsAnyClear';

/** `$bitsAllSet`, `$bitsAllClear`, `$bitsAnySet`, `$bitsAnyClear`: bits of integers and of binary values. */
export function bitsCondition(operator: BitsOperator, operand: Value, path: string): Condition {
  const positions = bitPositions(operator, operand, path);
  return { kind: 'test', operator, operand, test: new BitsTest(operator, positions), arrays: 'items' };
}

/** Bit positions from any of the three ways to name them: a list, a mask, a binary mask. */
function bitPositions(operator: string, operand: Value, path: string): number[] {
  if (Array.isArray(operand)) {
    return operand.map((item, index) => {
      const position = nonNegativeInt(String(index), item);
      if ('value' in position) return position.value;
      throw new CommandError('BadValue', `Failed to parse bit position. ${position.complaint}`);
    });
  }
  if (isNumber(operand)) {
    const mask = nonNegativeLong(operator, operand);
    if ('complaint' in mask) throw new CommandError('FailedToParse', mask.complaint);
    return [...Array(63).keys()].filter((position) => (mask.value >> BigInt(position)) & 1n);
  }
  if (operand instanceof Binary) {
    const bytes = storedBytes(operand);
    return [...Array(bytes.length * 8).keys()].filter((position) => bitOfBytes(bytes, position));
  }
  const received = describeElement(operator, operand);
  throw new CommandError(
    'BadValue',
    `${path} takes an Array, a number, or a BinData but received: ${received}`,
  );
}

/** The bytes that mongod looks at: those of the old subtype 2 begin with their own length. */
function storedBytes(binary: Binary): Uint8Array {
  const bytes = binary.value();
  if (binary.sub_type !== Binary.SUBTYPE_BYTE_ARRAY) return bytes;
  const stored = Buffer.alloc(4 + bytes.length);
  stored.writeInt32LE(bytes.length);
  stored.set(bytes, 4);
  return stored;
}

/** Bits beyond the end of a binary value are 0. */
function bitOfBytes(bytes: Uint8Array, position: number): boolean {
  const byte = bytes[position >> 3] ?? 0;
  return ((byte >> (position & 7)) & 1) === 1;
}

/** Integers are sign-extended: bits beyond the 64th equal the 64th. */
function bitOfInteger(value: bigint, position: number): boolean {
  return ((value >> BigInt(Math.min(position, 63))) & 1n) === 1n;
}

class BitsTest extends DecodingTest {
  private readonly wanted: boolean;
  private readonly every: boolean;

  constructor(
    operator: BitsOperator,
    private readonly positions: readonly number[],
  ) {
    super();
    this.wanted = operator.endsWith('Set');
    this.every = operator.startsWith('$bitsAll');
  }

  decoded(value: Value | undefined): boolean {
    if (value instanceof Binary) {
      const bytes = storedBytes(value);
      return this.test((position) => bitOfBytes(bytes, position));
    }
    const integer = isNumber(value) ? exactInteger(value) : undefined;
    return integer !== undefined && this.test((position) => bitOfInteger(integer, position));
  }

  private test(bit: (position: number) => boolean): boolean {
    const { positions, wanted } = this;
    return this.every
      ? positions.every((position) => bit(position) === wanted)
      : positions.some((position) => bit(position) === wanted);
  }
}

/** The number as the int64 whose bits are tested. Doubles must be exactly one; decimals are made one. */
function exactInteger(value: NumberValue): bigint | undefined {
  switch (numericKind(value)) {
    case 'double': {
      const double = toNumber(value);
      const fits = Number.isInteger(double) && double >= -(2 ** 63) && double < 2 ** 63;
      return fits ? BigInt(double) : undefined;
    }
    case 'decimal':
      return roundedDecimal(value);
    default:
      return BigInt(value.toString());
  }
}

/** Decimals are rounded, half to even; what no int64 can hold, NaN too, becomes the least one. */
function roundedDecimal(value: NumberValue): bigint {
  const decimal = toDecimal(value);
  if (!decimal.isFinite() || decimal.e > 20) return INT64_MIN;
  const integer = BigInt(decimal.toDecimalPlaces(0, HALF_EVEN).toFixed(0));
  return BigInt.asIntN(64, integer) === integer ? integer : INT64_MIN;
}
