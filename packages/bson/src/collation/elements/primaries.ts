/** Computed weights: those of characters that lie in code point order, and of those that nobody assigned. */

/** The primary of the `offset`-th character after one with `base`. Bytes 0 and 1 end things; compressible ones reserve more. */
export function nextPrimary(base: number, isCompressible: boolean, steps: number): number {
  let offset = steps + ((base >>> 8) & 0xff) - 2;
  let primary = ((offset % 254) + 2) << 8;
  offset = Math.floor(offset / 254);
  const least = isCompressible ? 4 : 2;
  const count = isCompressible ? 251 : 254;
  offset += ((base >>> 16) & 0xff) - least;
  primary |= ((offset % count) + least) << 16;
  offset = Math.floor(offset / count);
  return (primary | ((base & 0xff000000) + (offset << 24))) >>> 0;
}

const UNASSIGNED_BYTE = 0xfe;

export function unassignedPrimary(point: number): number {
  let rest = point + 1;
  let primary = 2 + (rest % 18) * 14;
  rest = Math.floor(rest / 18);
  primary |= (2 + (rest % 254)) << 8;
  rest = Math.floor(rest / 254);
  primary |= (4 + (rest % 251)) << 16;
  return (primary | (UNASSIGNED_BYTE << 24)) >>> 0;
}
