import { promisify } from 'node:util';
import { deflate, deflateSync, inflate, inflateSync } from 'node:zlib';
import type { Compressor } from './compressor';

/** Up to here a thread costs more than it saves, bytes. */
const AT_ONCE = 16 * 1024;

const deflateElsewhere = promisify<Uint8Array, Buffer>(deflate);
const inflateElsewhere = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflate);

export const zlib: Compressor = {
  name: 'zlib',
  id: 2,
  compress: (bytes) => (bytes.length <= AT_ONCE ? deflateSync(bytes) : deflateElsewhere(bytes)),
  decompress: (bytes, size) => {
    // Node takes no limit of 0.
    const limit = { maxOutputLength: Math.max(1, size) };
    return size <= AT_ONCE ? inflateSync(bytes, limit) : inflateElsewhere(bytes, limit);
  },
};
