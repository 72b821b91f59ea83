/** So many bytes are compared natively before single ones are looked at. */
const STRIDE = 1024;

/** How many of the `most` bytes from two places on are the same. */
export function commonPrefix(a: Buffer, at: number, b: Buffer, bAt: number, most: number): number {
  let same = 0;
  while (same + STRIDE <= most && isSame(a, at + same, b, bAt + same)) same += STRIDE;
  while (same < most && a[at + same] === b[bAt + same]) same += 1;
  return same;
}

/** How many of the `most` bytes up to two places are the same. */
export function commonSuffix(a: Buffer, end: number, b: Buffer, bEnd: number, most: number): number {
  let same = 0;
  while (same + STRIDE <= most && isSame(a, end - same - STRIDE, b, bEnd - same - STRIDE)) same += STRIDE;
  while (same < most && a[end - same - 1] === b[bEnd - same - 1]) same += 1;
  return same;
}

function isSame(a: Buffer, at: number, b: Buffer, bAt: number): boolean {
  return a.compare(b, bAt, bAt + STRIDE, at, at + STRIDE) === 0;
}
