import { compress, compressSync, uncompress, uncompressSync } from 'snappy';
import type { Compressor } from './compressor';

/** Up to here a thread costs more than it saves, bytes. */
const AT_ONCE = 64 * 1024;

/** The length that a snappy block claims to have uncompressed: a varint at its start. */
function claimed(bytes: Uint8Array): number {
  let length = 0;
  for (let i = 0; i < Math.min(5, bytes.length); i++) {
    length += (bytes[i]! & 0x7f) * 2 ** (7 * i);
    if (bytes[i]! < 0x80) return length;
  }
  return Infinity;
}

export const snappy: Compressor = {
  name: 'snappy',
  id: 1,
  compress: (bytes) => (bytes.length <= AT_ONCE ? compressSync(bytes) : compress(bytes)),
  decompress: (bytes, size) => {
    // Memory for what is claimed is taken before anything is read.
    if (claimed(bytes) !== size) throw new Error('a snappy block of another size');
    const given = size <= AT_ONCE ? uncompressSync(bytes) : uncompress(bytes);
    // A string only where one is asked for.
    return given as Buffer | Promise<Buffer>;
  },
};
