/**
 * Keys are strings whose code units are bytes (0…255): engines store them at one byte each, and comparing two of
 * them is one native operation.
 */

/** Ends a text. A zero byte inside the text is followed by \xff, so a text is never the beginning of another one. */
export const TEXT_END = '\0\x01';

/** UTF-8 bytes of a text, escaped and ended. */
export function textKey(text: string): string {
  // eslint-disable-next-line no-control-regex -- zero bytes are what is looked for
  if (!/[^\x01-\x7f]/.test(text)) return text + TEXT_END;
  return Buffer.from(text).toString('latin1').replaceAll('\0', '\0\xff') + TEXT_END;
}

/** Bytes as they are; only for parts whose length is fixed or written before them. */
export function rawKey(bytes: Uint8Array): string {
  // An ObjectId, as most `_id`s are: without a call into native code.
  if (bytes.length === 12) {
    return String.fromCharCode(
      bytes[0]!,
      bytes[1]!,
      bytes[2]!,
      bytes[3]!,
      bytes[4]!,
      bytes[5]!,
      bytes[6]!,
      bytes[7]!,
      bytes[8]!,
      bytes[9]!,
      bytes[10]!,
      bytes[11]!,
    );
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Unsigned 32-bit integer, most significant byte first. */
export function uint32Key(value: number): string {
  return String.fromCharCode((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

/** The key with every byte inverted, so that its order is reversed. */
export function invertedKey(key: string): string {
  const bytes = Buffer.from(key, 'latin1');
  for (let index = 0; index < bytes.length; index++) bytes[index] = bytes[index]! ^ 255;
  return bytes.toString('latin1');
}
