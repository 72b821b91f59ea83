import { numericKind, toNumber } from '@argon/bson';
import type { NumberValue } from '@argon/bson';

/** The JavaScript number that is exactly this one; undefined for decimals and for int64s beyond 2^53. */
export function exactNumber(value: NumberValue): number | undefined {
  const kind = numericKind(value);
  if (kind === 'decimal') return undefined;
  const number = toNumber(value);
  return kind === 'long' && !Number.isSafeInteger(number) ? undefined : number;
}
