import { CommandError } from '../handler/errors';

/** The largest document MongoDB takes, bytes. */
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** @throws CommandError BSONObjectTooLarge */
export function checkSize(bytes: Uint8Array): void {
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    throw new CommandError(
      'BSONObjectTooLarge',
      `BSONObj size: ${bytes.length} is invalid. Size must be between 0 and ${MAX_DOCUMENT_BYTES}(16MB)`,
    );
  }
}
