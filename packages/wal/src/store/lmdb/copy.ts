/**
 * A part of what an LMDB read handed out, copied before the next read overwrites it. The buffer it hands out is
 * larger than its `length` says, so Buffer's own methods of copying would not do.
 */
export function copyOfPart(read: Uint8Array, start: number, end: number): Buffer {
  const copy = Buffer.allocUnsafe(end - start);
  copy.set(new Uint8Array(read.buffer, read.byteOffset + start, end - start));
  return copy;
}

/** All of what an LMDB read handed out. */
export function copyOfRead(read: Uint8Array): Buffer {
  return copyOfPart(read, 0, read.length);
}
