const MAX_DIGITS = 254;
/** Numbers of two, three and four bytes: how many values the second byte has for each. */
const SMALL = 74;
const MEDIUM = 40;
const LARGE = 16;

/** The primaries that digits have as one number: greater numbers have greater ones. */
export function numberPrimaries(digits: readonly number[], lead: number): number[] {
  const primaries: number[] = [];
  let at = 0;
  do {
    while (at < digits.length - 1 && digits[at] === 0) at += 1;
    const segment = digits.slice(at, at + MAX_DIGITS);
    addSegment(segment, lead, primaries);
    at += segment.length;
  } while (at < digits.length);
  return primaries;
}

function addSegment(digits: readonly number[], lead: number, primaries: number[]): void {
  if (digits.length <= 7) {
    const small = smallNumber(digits, lead);
    if (small !== undefined) {
      primaries.push(small);
      return;
    }
  }
  // By pairs of digits, their count first, without 00 at the end.
  let length = digits.length;
  let primary = (lead | ((132 - 4 + ((length + 1) >> 1)) << 16)) >>> 0;
  while (digits[length - 1] === 0 && digits[length - 2] === 0) length -= 2;
  let at = length & 1 ? 1 : 2;
  let pair = 11 + 2 * (at === 1 ? digits[0]! : digits[0]! * 10 + digits[1]!);
  let shift = 8;
  for (; at < length; at += 2) {
    if (shift === 0) {
      primaries.push((primary | pair) >>> 0);
      primary = lead;
      shift = 16;
    } else {
      primary = (primary | (pair << shift)) >>> 0;
      shift -= 8;
    }
    pair = 11 + 2 * (digits[at]! * 10 + digits[at + 1]!);
  }
  primaries.push((primary | ((pair - 1) << shift)) >>> 0);
}

function smallNumber(digits: readonly number[], lead: number): number | undefined {
  let value = digits.reduce((number, digit) => number * 10 + digit, 0);
  let first = 2;
  if (value < SMALL) return (lead | ((first + value) << 16)) >>> 0;
  value -= SMALL;
  first += SMALL;
  if (value < MEDIUM * 254) {
    return (lead | ((first + Math.floor(value / 254)) << 16) | ((2 + (value % 254)) << 8)) >>> 0;
  }
  value -= MEDIUM * 254;
  first += MEDIUM;
  if (value >= LARGE * 254 * 254) return undefined;
  const last = 2 + (value % 254);
  value = Math.floor(value / 254);
  return (lead | ((first + Math.floor(value / 254)) << 16) | ((2 + (value % 254)) << 8) | last) >>> 0;
}
