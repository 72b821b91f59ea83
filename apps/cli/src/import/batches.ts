/** What one insert command, and so one commit, holds at most. */
const MAX_DOCUMENTS = 1000;
const MAX_BYTES = 8 * 1024 * 1024;

/** Puts documents into batches of up to 1,000 and 8 MiB; a larger document goes by itself. */
export async function* inBatches(
  groups: AsyncIterable<readonly Uint8Array[]>,
): AsyncGenerator<readonly Uint8Array[]> {
  let batch: Uint8Array[] = [];
  let bytes = 0;
  for await (const group of groups) {
    for (const document of group) {
      if (batch.length === MAX_DOCUMENTS || (batch.length > 0 && bytes + document.length > MAX_BYTES)) {
        yield batch;
        batch = [];
        bytes = 0;
      }
      batch.push(document);
      bytes += document.length;
    }
  }
  if (batch.length > 0) yield batch;
}
