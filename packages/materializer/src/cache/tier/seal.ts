import { createHash } from 'node:crypto';

const SEAL_BYTES = 16;

/** A value as it lies in the cache: the first 16 bytes of the SHA-256 of key and content, then the content. */
export function sealed(key: string, content: Uint8Array): Uint8Array {
  const value = new Uint8Array(SEAL_BYTES + content.length);
  value.set(sealOf(key, content));
  value.set(content, SEAL_BYTES);
  return value;
}

/** The content of a value that was sealed for this key; undefined if it was not, or is damaged. */
export function unsealed(key: string, value: Uint8Array): Buffer | undefined {
  if (value.length < SEAL_BYTES) return undefined;
  const content = value.subarray(SEAL_BYTES);
  return sealOf(key, content).equals(value.subarray(0, SEAL_BYTES)) ? copyOf(content) : undefined;
}

/** A copy in memory of its own: a reply's values are views of one larger buffer. */
export function copyOf(bytes: Uint8Array): Buffer {
  return Buffer.from(new Uint8Array(bytes).buffer);
}

function sealOf(key: string, content: Uint8Array): Buffer {
  return createHash('sha256').update(`${key}\0`).update(content).digest().subarray(0, SEAL_BYTES);
}
