import { asBuffer, documentId, elements, RawDocument, type Doc, type Value } from '@argon/bson';

const TIMESTAMP = 17;
const ZEROS = Buffer.alloc(8);

/**
 * Makes the document what it should be, whatever was there. A replacement would not do: mongod puts the time in place of
 * empty timestamps in it, and takes no fields with dollars.
 */
export function replacement(document: Uint8Array): Doc {
  const replaceWith = new Map([['$replaceWith', new Map([['$literal', new RawDocument(document)]])]]);
  return new Map<string, Value>([
    ['q', byId(documentId(document)!)],
    ['u', [replaceWith]],
    ['upsert', true],
  ]);
}

export function deletion(id: Value): Doc {
  return new Map<string, Value>([
    ['q', byId(id)],
    ['limit', 1],
  ]);
}

function byId(id: Value): Doc {
  return new Map([['_id', new Map([['$eq', id]])]]);
}

/** Whether mongod would put the time into it when it is inserted: for a timestamp of zero beside `_id`. */
export function hasEmptyTimestamp(document: Uint8Array): boolean {
  const bytes = asBuffer(document);
  // Hardly any document has eight of them in a row.
  if (!bytes.includes(ZEROS)) return false;
  for (const { type, start, end, name } of elements(document)) {
    if (type === TIMESTAMP && name !== '_id' && ZEROS.compare(bytes, start, end) === 0) return true;
  }
  return false;
}
