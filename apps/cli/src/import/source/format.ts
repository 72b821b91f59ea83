import { UnknownFormatError } from '../errors';
import type { ByteSource } from './bytes';

/** What `--format` takes. The first three are read alike: a JSON array, or documents one after another. */
export const IMPORT_FORMATS = ['json', 'ndjson', 'ejson', 'csv', 'bson'] as const;
export type ImportFormat = 'json' | 'csv' | 'bson';

const BY_ENDING: ReadonlyMap<string, ImportFormat> = new Map([
  ['json', 'json'],
  ['ndjson', 'json'],
  ['jsonl', 'json'],
  ['ejson', 'json'],
  ['csv', 'csv'],
  ['tsv', 'csv'],
  ['bson', 'bson'],
]);

/** The format that was asked for, or that the file's name or its first bytes tell. @throws UnknownFormatError */
export function formatOf(source: ByteSource, asked: string | undefined): ImportFormat {
  const ending = /\.([a-z]+)$/i.exec(source.fileName)?.[1]?.toLowerCase() ?? '';
  const format = BY_ENDING.get(asked ?? ending) ?? (asked === undefined ? guess(source.head) : undefined);
  if (format === undefined) throw new UnknownFormatError(source.name, IMPORT_FORMATS);
  return format;
}

function guess(head: Buffer): ImportFormat | undefined {
  // A BSON document's length is below 2^25, so its fourth byte is 0 or 1, which no text has.
  if (head.length >= 5 && head[3]! <= 1) return 'bson';
  const first = /^\ufeff?\s*(.)/s.exec(head.toString('utf8'))?.[1];
  if (first === '[' || first === '{') return 'json';
  return head.length === 0 ? 'json' : undefined;
}

/** The collection that a file is for, unless another is named: `cities` for `cities.json`. */
export function collectionNamedBy(fileName: string): string | undefined {
  const name = fileName.replace(/\.(json|ndjson|jsonl|ejson|csv|tsv|bson)$/i, '');
  return name === '' ? undefined : name;
}
