import { UsageError } from '../errors/errors';

/** `json` is one array, `ndjson` one document per line, both with every type spelt out. */
export const LOG_FORMATS = ['json', 'ndjson', 'bson'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

const BY_ENDING: ReadonlyMap<string, LogFormat> = new Map([
  ['json', 'json'],
  ['ndjson', 'ndjson'],
  ['jsonl', 'ndjson'],
  ['bson', 'bson'],
]);

/** The format of a log that was asked for, or that a file's name tells; NDJSON for a pipe. @throws UsageError */
export function logFormat(file: string | undefined, asked: string | undefined): LogFormat {
  const ending = /\.([a-z]+)(?:\.gz)?$/i.exec(file ?? '')?.[1]?.toLowerCase() ?? '';
  const format = asked ?? (file === undefined ? 'ndjson' : BY_ENDING.get(ending));
  if (format !== undefined) return format as LogFormat;
  throw new UsageError(
    `Could not tell the format of ${file!}. Say it with --format: ${LOG_FORMATS.join(', ')}.`,
  );
}
