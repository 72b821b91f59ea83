import { bsonTypeName, isNumber, type NumberValue, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { coerceToInt64 } from '../arithmetic/coerce';
import { describeValue } from '../describe';
import type { OperatorCompiler } from '../expression';
import { asInt32 } from '../integral';
import { fixed } from '../operands';
import { coerceToString } from './coerce';
import { indexOfCodePoint } from './utf8';

type Operand = Value | undefined;

const substrBytes = fixed(3, substringOfBytes);

export const SUBSTRING_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $substrBytes: substrBytes,
  // The old name; messages and codes are those of the new one.
  $substr: substrBytes,
  $substrCP: fixed(3, substringOfCharacters),
};

function substringOfBytes([value, first, count]: readonly Operand[]): string {
  const bytes = Buffer.from(coerceToString(value));
  const start64 = numeric(first, 16034, 'starting index');
  const length64 = numeric(count, 16035, 'length');
  const lower = coerceToInt64(start64);
  if (lower < 0n) {
    throw new CommandError(50752, `$substrBytes:  starting index must be non-negative (got: ${lower})`);
  }
  const length = coerceToInt64(length64);
  const start = Number(lower);
  if (start < bytes.length && isContinuation(bytes[start])) {
    throw new CommandError(
      28656,
      '$substrBytes:  Invalid range, starting index is a UTF-8 continuation byte.',
    );
  }
  // A negative length means "to the end".
  const end = length < 0n ? bytes.length : start + Number(length);
  if (end < bytes.length && isContinuation(bytes[end])) {
    throw new CommandError(
      28657,
      '$substrBytes:  Invalid range, ending index is in the middle of a UTF-8 character.',
    );
  }
  return bytes.toString('utf8', Math.min(start, bytes.length), Math.min(end, bytes.length));
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function numeric(value: Operand, code: number, what: string): NumberValue {
  if (isNumber(value)) return value;
  throw new CommandError(
    code,
    `$substrBytes:  ${what} must be a numeric type (is BSON type ${bsonTypeName(value)})`,
  );
}

function substringOfCharacters([value, first, count]: readonly Operand[]): string {
  const text = coerceToString(value);
  const start = integer(first, 34450, 'starting index');
  const length = integer(count, 34452, 'length');
  if (length < 0) throw new CommandError(34454, '$substrCP: length must be a nonnegative integer.');
  if (start < 0) throw new CommandError(34455, '$substrCP: the starting index must be nonnegative integer.');
  const from = indexOfCodePoint(text, start);
  const rest = text.slice(from);
  return rest.slice(0, indexOfCodePoint(rest, length));
}

function integer(value: Operand, code: number, what: string): number {
  if (!isNumber(value)) {
    throw new CommandError(
      code,
      `$substrCP: ${what} must be a numeric type (is BSON type ${bsonTypeName(value)})`,
    );
  }
  const number = asInt32(value);
  if (number !== undefined) return number;
  throw new CommandError(
    code + 1,
    `$substrCP: ${what} cannot be represented as a 32-bit integral value: ${describeValue(value)}`,
  );
}
