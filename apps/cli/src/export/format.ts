import { UsageError } from '../errors/errors';

/** `json` and `ejson` are one array, `ndjson` one document per line; `ejson` spells out every type. */
export const EXPORT_FORMATS = ['json', 'ndjson', 'ejson', 'csv', 'bson'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const BY_ENDING: ReadonlyMap<string, ExportFormat> = new Map([
  ['json', 'json'],
  ['ndjson', 'ndjson'],
  ['jsonl', 'ndjson'],
  ['ejson', 'ejson'],
  ['csv', 'csv'],
  ['bson', 'bson'],
]);

/** The format that was asked for, or that the file's name tells; NDJSON to standard output. @throws UsageError */
export function exportFormat(file: string | undefined, asked: string | undefined): ExportFormat {
  const ending = /\.([a-z]+)(?:\.gz)?$/i.exec(file ?? '')?.[1]?.toLowerCase() ?? '';
  const format = asked ?? (file === undefined ? 'ndjson' : BY_ENDING.get(ending));
  if (format !== undefined) return format as ExportFormat;
  throw new UsageError(
    `Could not tell the format of ${file!}. Say it with --format: ${EXPORT_FORMATS.join(', ')}.`,
  );
}
