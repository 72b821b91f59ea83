const NAME_SLOTS = 4096;
const LONGEST_CACHED_NAME = 32;
const names: (string | undefined)[] = new Array<string | undefined>(NAME_SLOTS).fill(undefined);

/** The same bytes as a Buffer, without copying. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Position of the zero byte at or after `position`; `limit` if there is none before it. */
export function zeroAt(bytes: Uint8Array, position: number, limit: number): number {
  let at = position;
  while (at < limit && bytes[at] !== 0) at++;
  return at;
}

/**
 * The field name in [start, end). Names repeat in every document, so short ASCII ones come from a cache: that saves
 * the decoding, and Map operations on strings that were hashed before are faster.
 */
export function readName(bytes: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length > LONGEST_CACHED_NAME) return readText(bytes, start, end);
  let hash = length;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]!) | 0;
  const slot = hash & (NAME_SLOTS - 1);
  const cached = names[slot];
  if (cached !== undefined && cached.length === length) {
    let index = 0;
    while (index < length && cached.charCodeAt(index) === bytes[start + index]) index++;
    if (index === length) return cached;
  }
  const name = readText(bytes, start, end);
  // Only ASCII names have one character per byte, which the comparison above relies on.
  if (name.length === length) names[slot] = name;
  return name;
}

/** UTF-8 text in [start, end); bytes that are not UTF-8 become U+FFFD. */
export function readText(bytes: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length > 24) return bytes.toString('utf8', start, end);
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte > 127) return bytes.toString('utf8', start, end);
    text += String.fromCharCode(byte);
  }
  return text;
}
