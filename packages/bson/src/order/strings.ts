const FIRST_SURROGATE = 0xd800;

/**
 * Compares strings by their UTF-8 bytes, as mongod does without a collation. JavaScript compares UTF-16 units, which
 * puts U+E000…U+FFFF after the characters beyond U+FFFF.
 */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x === y) continue;
    if (x < FIRST_SURROGATE || y < FIRST_SURROGATE) return x < y ? -1 : 1;
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  return Math.sign(a.length - b.length);
}
