import { compressSync, uncompressSync } from 'snappy';

/** Compressed bytes; undefined if that saves less than an eighth. */
export function compress(bytes: Buffer): Buffer | undefined {
  const compressed = compressSync(bytes, { copyOutputData: true });
  return compressed.length > bytes.length - (bytes.length >> 3) ? undefined : compressed;
}

/** @throws RangeError if the bytes are not compressed, or not of this length */
export function decompress(bytes: Buffer, length: number): Buffer {
  let raw: string | Buffer;
  try {
    raw = uncompressSync(bytes, { asBuffer: true, copyOutputData: true });
  } catch (error) {
    throw new RangeError('its checksum does not match: it cannot be decompressed', { cause: error });
  }
  if (typeof raw === 'string' || raw.length !== length) throw new RangeError('it has the wrong length');
  return raw;
}
