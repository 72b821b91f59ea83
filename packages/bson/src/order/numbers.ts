import type { NumberValue } from '../numeric/kinds';
import { numberParts, plainNumber } from '../numeric/kinds';
import { compareParts } from '../numeric/parts';

/** Compares doubles: NaN equals NaN and is less than everything else, −0 equals 0. */
export function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return (Number.isNaN(a) ? 0 : 1) - (Number.isNaN(b) ? 0 : 1);
}

/** Compares numbers of any BSON types by their exact mathematical values, NaN (of either type) lowest. */
export function compareNumbers(a: NumberValue, b: NumberValue): number {
  const x = plainNumber(a);
  const y = plainNumber(b);
  if (typeof x === 'object' || typeof y === 'object') return compareParts(numberParts(a), numberParts(b));
  if (typeof x === 'number' && typeof y === 'number') return compareDoubles(x, y);
  // JavaScript compares bigint with number exactly.
  if (x < y) return -1;
  if (x > y) return 1;
  return (Number.isNaN(x) ? 0 : 1) - (Number.isNaN(y) ? 0 : 1);
}
