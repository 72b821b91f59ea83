import { BsonFormatError, validateDocument } from '@argon/bson';
import { MalformedInputError } from '../errors';

/** mongod's limit for documents, and the room that it leaves itself above it. */
const LONGEST = 16 * 1024 * 1024 + 16 * 1024;

/**
 * Reads BSON documents that follow each other, as mongodump writes them. Each is checked, and taken as it is.
 * @param limits other ones than mongod's, for what holds documents within documents
 * @throws MalformedInputError
 */
export async function* readBson(
  chunks: AsyncIterable<Buffer>,
  source: string,
  limits: { readonly longest?: number; readonly maxDepth?: number } = {},
): AsyncGenerator<Uint8Array[]> {
  const { longest = LONGEST, maxDepth = 200 } = limits;
  let rest: Buffer = Buffer.alloc(0);
  let document = 1;
  const fail = (problem: string, cause?: unknown) =>
    new MalformedInputError(source, { document }, problem, cause);
  for await (const chunk of chunks) {
    const buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const documents: Uint8Array[] = [];
    let at = 0;
    while (buffer.length - at >= 4) {
      const length = buffer.readInt32LE(at);
      if (length < 5 || length > longest)
        throw fail(`${length} is no length of a BSON document; this is not BSON`);
      if (buffer.length - at < length) break;
      const bytes = buffer.subarray(at, at + length);
      try {
        validateDocument(bytes, { maxDepth });
      } catch (error) {
        if (error instanceof BsonFormatError) throw fail(error.message.replace(/\.$/, ''), error);
        throw error;
      }
      documents.push(bytes);
      document++;
      at += length;
    }
    rest = buffer.subarray(at);
    yield documents;
  }
  if (rest.length > 0) throw fail('the input ends within it');
}
