import type { Doc } from '../value';
import { readDocument } from './read-value';
import { asBuffer } from './text';

/**
 * Decodes the document that starts at `offset`; bytes after its end are ignored. Encoding the result gives the same
 * bytes. Nothing in the result shares memory with `bytes`. If a field occurs twice, the last value counts.
 *
 * @throws BsonFormatError if the bytes are not a BSON document.
 */
export function decodeDocument(bytes: Uint8Array, offset = 0): Doc {
  return readDocument(asBuffer(bytes), offset, 0);
}
