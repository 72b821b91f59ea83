import { documentText } from '../render/document';
import { writeCsv, type CsvNotes, type Documents } from './csv';
import type { ExportFormat } from './format';

/** Documents in a format, in pieces of a batch each. */
export function encodeAs(
  format: ExportFormat,
  documents: Documents,
  fields: readonly string[] | undefined,
  notes: CsvNotes,
): AsyncIterable<string | Uint8Array> {
  switch (format) {
    case 'json':
      return jsonArray(documents(), 'exact');
    case 'ejson':
      return jsonArray(documents(), 'canonical');
    case 'ndjson':
      return lines(documents());
    case 'bson':
      return bytes(documents());
    case 'csv':
      return writeCsv(documents, fields, notes);
  }
}

async function* jsonArray(
  documents: AsyncIterable<readonly Uint8Array[]>,
  style: 'exact' | 'canonical',
): AsyncGenerator<string> {
  let before = '[\n';
  for await (const batch of documents) {
    yield before + batch.map((document) => documentText(document, style)).join(',\n');
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

async function* lines(documents: AsyncIterable<readonly Uint8Array[]>): AsyncGenerator<string> {
  for await (const batch of documents) {
    yield batch.map((document) => `${documentText(document, 'exact')}\n`).join('');
  }
}

async function* bytes(documents: AsyncIterable<readonly Uint8Array[]>): AsyncGenerator<Uint8Array> {
  for await (const batch of documents) yield Buffer.concat(batch);
}
