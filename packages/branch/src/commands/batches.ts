import { encodeDocument, type Doc } from '@argon/bson';
import { CommandError, type DocumentStream } from '@argon/engine';

/** The largest document of a reply: a document of the most that MongoDB takes, and something said of it. */
const MAX_BYTES = 16 * 1024 * 1024 + 16 * 1024;

/** A short list as one batch. */
export function oneBatch(documents: readonly Doc[]): DocumentStream {
  return encoded(
    (async function* () {
      if (documents.length > 0) yield documents;
    })(),
    '',
  );
}

/**
 * Batches of documents in bytes, made as they are asked for.
 * @param advice what to do about a document that is too large @throws CommandError BSONObjectTooLarge
 */
export async function* encoded(
  batches: AsyncIterable<readonly Doc[]>,
  advice: string,
): AsyncGenerator<readonly Uint8Array[]> {
  for await (const batch of batches) {
    yield batch.map((document) => {
      const bytes = encodeDocument(document);
      if (bytes.length <= MAX_BYTES) return bytes;
      throw new CommandError(
        'BSONObjectTooLarge',
        `BSONObj size: ${bytes.length} is invalid. Size must be between 0 and ${MAX_BYTES}. ${advice}`.trim(),
      );
    });
  }
}
