import { compareStrings } from '@argon/bson';

/**
 * The order in which mongod (≥ 5.0) applies the fields of an update, and so the order in which it appends new ones:
 * bytewise, except that names that both start with a digit other than 0 compare by length first, which puts array
 * indexes in numeric order. Measured on mongod 6.0.5.
 */
export function compareUpdateFields(a: string, b: string): number {
  if (a.length !== b.length && startsLikeIndex(a) && startsLikeIndex(b)) {
    const byLength = Buffer.byteLength(a) - Buffer.byteLength(b);
    if (byLength !== 0) return byLength;
  }
  return compareStrings(a, b);
}

function startsLikeIndex(name: string): boolean {
  const first = name.charCodeAt(0);
  return first >= 0x31 && first <= 0x39;
}
