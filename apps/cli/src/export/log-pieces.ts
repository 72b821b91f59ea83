import { documentText } from '../render/document';
import type { LogFormat } from './log-format';

/** Encoded documents in a format for logs, in pieces of a batch each. */
export async function* logPieces(
  format: LogFormat,
  documents: AsyncIterable<readonly Uint8Array[]>,
): AsyncGenerator<string | Uint8Array> {
  let before = '[\n';
  for await (const batch of documents) {
    if (format === 'bson') yield Buffer.concat(batch);
    else {
      const texts = batch.map((document) => documentText(document, 'canonical'));
      if (format === 'ndjson') yield texts.map((text) => `${text}\n`).join('');
      else {
        yield before + texts.join(',\n');
        before = ',\n';
      }
    }
  }
  if (format === 'json') yield '\n]\n';
}
