import { numericKind, toNumber, type NumberValue } from '@argon/bson';

const MOST = 2 ** 31 - 1;

/** An option as mongod reads whole numbers: cut, but of a decimal the nearest, the even one of two; 0 for NaN. */
export function wholeNumber(value: NumberValue): number {
  const number = toNumber(value);
  if (Number.isNaN(number)) return 0;
  const whole = Math.trunc(number);
  if (numericKind(value) !== 'decimal') return whole + 0;
  const rest = Math.abs(number - whole);
  const isUp = rest > 0.5 || (rest === 0.5 && whole % 2 !== 0);
  return whole + (isUp ? Math.sign(number) : 0);
}

/** The same within an int32. */
export function wholeInt(value: NumberValue): number {
  return Math.max(-MOST - 1, Math.min(MOST, wholeNumber(value)));
}
