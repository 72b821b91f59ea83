import { decodeDocument, elements, type Doc, type Value } from '@argon/bson';
import { cellText, csvLine, headerText } from './cell';

/** Gives the documents to write, each time from the beginning. */
export type Documents = () => AsyncIterable<readonly Uint8Array[]>;

export interface CsvNotes {
  /** Documents whose fields come in another order than the columns. */
  reordered: number;
}

/**
 * Writes documents as comma-separated values, types and all. Without `fields` the columns are all fields of the top
 * level, in the order in which they first come: that takes one reading more.
 */
export async function* writeCsv(
  documents: Documents,
  fields: readonly string[] | undefined,
  notes: CsvNotes,
): AsyncGenerator<string> {
  if (fields !== undefined) {
    yield csvLine([...fields]);
    for await (const batch of documents()) {
      yield batch.map((bytes) => csvLine(fields.map((field) => cellText(atPath(bytes, field))))).join('');
    }
    return;
  }
  const columns = await allFields(documents());
  if (columns.size === 0) return;
  const names = [...columns.keys()];
  yield csvLine(names.map((name) => headerText(name)));
  for await (const batch of documents()) {
    yield batch.map((bytes) => row(decodeDocument(bytes), names, columns, notes)).join('');
  }
}

/** The fields of the top level, each with its place. */
async function allFields(
  batches: AsyncIterable<readonly Uint8Array[]>,
): Promise<ReadonlyMap<string, number>> {
  const columns = new Map<string, number>();
  for await (const batch of batches) {
    for (const bytes of batch) {
      for (const { name } of elements(bytes)) if (!columns.has(name)) columns.set(name, columns.size);
    }
  }
  return columns;
}

function row(
  doc: Doc,
  names: readonly string[],
  columns: ReadonlyMap<string, number>,
  notes: CsvNotes,
): string {
  let last = -1;
  let inOrder = true;
  for (const name of doc.keys()) {
    const place = columns.get(name)!;
    inOrder &&= place > last;
    last = place;
  }
  if (!inOrder) notes.reordered++;
  return csvLine(names.map((name) => cellText(doc.get(name))));
}

/** The value at a dotted path through documents. */
function atPath(bytes: Uint8Array, path: string): Value | undefined {
  let value: Value | undefined = decodeDocument(bytes);
  for (const name of path.split('.')) {
    if (!(value instanceof Map)) return undefined;
    value = value.get(name);
  }
  return value;
}
