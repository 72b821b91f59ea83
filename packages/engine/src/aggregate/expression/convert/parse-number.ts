import { Decimal128 } from '@argon/bson';
import { ConversionFailure } from './failure';

const INTEGER = /^[+-]?\d+$/;
const REAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const SPECIAL = /^([+-]?)(?:(inf|infinity)|(nan))$/i;
const MOST_DIGITS = 34;
const GREATEST_POWER = 6144;
const LEAST_POWER = -6176;

function failed(text: string, reason: string): ConversionFailure {
  return new ConversionFailure(
    `Failed to parse number '${text}' in $convert with no onError value: ${reason}`,
  );
}

function refuseHexadecimal(text: string): void {
  if (/^0x/i.test(text)) {
    throw new ConversionFailure(`Illegal hexadecimal input in $convert with no onError value: ${text}`);
  }
}

/** A whole decimal number that fits so many bits; nothing around it. */
export function parseInteger(text: string, bits: 32 | 64): bigint {
  refuseHexadecimal(text);
  if (text === '' || text === '+' || text === '-') throw failed(text, 'No digits');
  if (!INTEGER.test(text)) throw failed(text, 'Did not consume whole string.');
  const value = BigInt(text.replace(/^\+/, ''));
  if (BigInt.asIntN(bits, value) !== value) throw failed(text, 'Overflow');
  return value;
}

/** A decimal number, `inf`, `infinity` or `nan` in any case. */
export function parseDouble(text: string): number {
  refuseHexadecimal(text);
  if (text === '') throw failed(text, 'Empty string');
  if (/^\s/.test(text)) throw failed(text, 'Leading whitespace');
  const special = SPECIAL.exec(text);
  if (special) return special[3] !== undefined ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  const match = REAL.exec(text);
  if (!match || (match[2] ?? '') + (match[3] ?? '') === '') {
    const consumes = /^[+-]?(?:\d|\.\d|inf|nan)/i.test(text);
    throw failed(text, consumes ? 'Did not consume whole string.' : 'Did not consume any digits');
  }
  const value = Number(text);
  const digits = (match[2] ?? '') + (match[3] ?? '');
  if (!Number.isFinite(value) || (value === 0 && /[1-9]/.test(digits))) throw failed(text, 'Out of range');
  return value;
}

/** The same as a decimal; digits past the 34th are cut off. */
export function parseDecimal(text: string): Decimal128 {
  refuseHexadecimal(text);
  if (text === '') throw failed(text, 'Empty string');
  const special = SPECIAL.exec(text);
  if (special) {
    if (special[3] !== undefined) return Decimal128.fromString('NaN');
    return Decimal128.fromString(special[1] === '-' ? '-Infinity' : 'Infinity');
  }
  const match = REAL.exec(text);
  const [, sign = '', whole = '', fraction = '', power = '0'] = match ?? [];
  if (!match || whole + fraction === '') throw failed(text, 'Failed to parse string to decimal');
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  const cut = Math.max(0, digits.length - MOST_DIGITS);
  const coefficient = cut === 0 ? digits : digits.slice(0, MOST_DIGITS);
  const exponent = Number(power) - fraction.length + cut;
  return makeDecimal(text, sign === '-', coefficient, exponent);
}

function makeDecimal(text: string, negative: boolean, coefficient: string, exponent: number): Decimal128 {
  if (/[1-9]/.test(coefficient)) {
    const magnitude = exponent + coefficient.length - 1;
    if (magnitude > GREATEST_POWER) throw failed(text, 'Conversion from string to decimal would overflow');
    if (magnitude < LEAST_POWER) throw failed(text, 'Conversion from string to decimal would underflow');
  }
  return Decimal128.fromString(`${negative ? '-' : ''}${coefficient}E${exponent}`);
}
