import { Readable } from 'node:stream';
import { BsonValueError, encodeDocument, parseEjson, type Doc, type Value } from '@argon/bson';
import { CsvError, parse, type Info } from 'csv-parse';
import { MalformedInputError } from '../errors';
import { inferCell } from './cell';

export interface CsvOptions {
  readonly delimiter: string;
  /** Column names, when the file has no header line. */
  readonly fields: readonly string[] | undefined;
  /** Numbers, booleans, dates and JSON in cells become such; else every cell is a text. */
  readonly infer: boolean;
}

/** Rows that are turned into documents at a time. */
const BATCH = 500;

interface Row {
  readonly record: readonly string[];
  readonly info: Info;
}

/**
 * Reads comma-separated values with a header line as BSON. A dotted column (`address.city`) makes a document within; a
 * column whose name is written as a JSON string (`"a.b"`) is taken as it is. An empty cell is a field that is absent.
 * @throws MalformedInputError
 */
export async function* readCsv(
  chunks: AsyncIterable<Buffer>,
  source: string,
  options: CsvOptions,
): AsyncGenerator<Uint8Array[]> {
  const parser = Readable.from(chunks, { objectMode: false }).compose(
    parse({
      delimiter: options.delimiter,
      bom: true,
      info: true,
      skip_empty_lines: true,
      relax_column_count: false,
      max_record_size: 64 * 1024 * 1024,
    }),
  );
  let columns = options.fields?.map((field) => pathOf(field));
  let document = 0;
  let documents: Uint8Array[] = [];
  try {
    for await (const row of parser as AsyncIterable<Row>) {
      if (columns === undefined) {
        columns = row.record.map((name) => pathOf(name));
        checkColumns(columns, source);
        continue;
      }
      documents.push(toDocument(row, columns, ++document, source, options));
      if (documents.length === BATCH) {
        yield documents;
        documents = [];
      }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = (error as CsvError & { lines?: number }).lines;
    const place = { document: document + 1, ...(line === undefined ? {} : { line }) };
    throw new MalformedInputError(source, place, error.message.replace(/\.$/, ''), error);
  }
  if (documents.length > 0) yield documents;
}

/** `address.city` → two names; `"a.b"` → one. */
function pathOf(name: string): readonly string[] {
  const trimmed = name.trim();
  if (trimmed.startsWith('"')) {
    try {
      const whole = parseEjson(trimmed);
      if (typeof whole === 'string') return [whole];
    } catch {
      // A name that happens to begin with a quote.
    }
  }
  return trimmed.split('.');
}

function checkColumns(columns: readonly (readonly string[])[], source: string): void {
  const seen = new Set<string>();
  for (const path of columns) {
    const key = JSON.stringify(path);
    if (path.some((name) => name === '') || seen.has(key)) {
      const problem = seen.has(key) ? 'stands twice in the header' : 'is no name of a field';
      throw new MalformedInputError(
        source,
        { document: 1, line: 1 },
        `the column '${path.join('.')}' ${problem}`,
      );
    }
    seen.add(key);
  }
}

function toDocument(
  { record, info }: Row,
  columns: readonly (readonly string[])[],
  document: number,
  source: string,
  { infer }: CsvOptions,
): Uint8Array {
  const fail = (problem: string, cause?: unknown) =>
    new MalformedInputError(source, { document, line: info.lines }, problem, cause);
  if (record.length !== columns.length) {
    throw fail(`it has ${record.length} cells, and there are ${columns.length} columns`);
  }
  const doc: Doc = new Map();
  record.forEach((cell, i) => {
    if (cell === '') return;
    const path = columns[i]!;
    if (!place(doc, path, infer ? inferCell(cell) : cell)) {
      throw fail(`the column '${path.join('.')}' stands within another that holds a value`);
    }
  });
  try {
    return encodeDocument(doc);
  } catch (error) {
    if (error instanceof BsonValueError) throw fail(error.message.replace(/\.$/, ''), error);
    throw error;
  }
}

/** False if a part of the path holds a value already. */
function place(doc: Doc, path: readonly string[], value: Value): boolean {
  let within = doc;
  for (const name of path.slice(0, -1)) {
    const next = within.get(name) ?? new Map<string, Value>();
    if (!(next instanceof Map)) return false;
    within.set(name, next);
    within = next;
  }
  const last = path.at(-1)!;
  if (within.has(last)) return false;
  within.set(last, value);
  return true;
}
