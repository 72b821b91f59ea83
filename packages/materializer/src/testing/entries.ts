import { Binary, documentId, encodeDocument, type DocumentLike } from '@argon/bson';
import type { DraftEntry, Lsn, Operation } from '@argon/wal';

/** Draft entries as an engine makes them, for tests that write to a log by hand. */
export function createCollection(collection: string, options: DocumentLike = {}): DraftEntry {
  const uuid = new Binary(Buffer.from(collection.padEnd(16, '-').slice(0, 16), 'latin1'), 4);
  return controlEntry('create_collection', collection, { uuid, type: 'collection', options });
}

export function createIndex(collection: string, specification: DocumentLike): DraftEntry {
  return controlEntry('create_index', collection, { specification });
}

export function controlEntry(operation: Operation, collection: string, args: DocumentLike): DraftEntry {
  return {
    operation,
    collection,
    documentId: null,
    document: encodeDocument(args),
    prevLsn: 0,
    recordLsn: 0,
  };
}

/** Its record is the entry's own LSN, which the store fills in. */
export function insert(collection: string, document: DocumentLike): DraftEntry {
  return documentEntry('insert', collection, document, 0, 0);
}

export function update(
  collection: string,
  document: DocumentLike,
  recordLsn: Lsn,
  prevLsn: Lsn = recordLsn,
): DraftEntry {
  return documentEntry('update', collection, document, recordLsn, prevLsn);
}

export function remove(
  collection: string,
  document: DocumentLike,
  recordLsn: Lsn,
  prevLsn: Lsn = recordLsn,
): DraftEntry {
  return { ...documentEntry('delete', collection, document, recordLsn, prevLsn), document: null };
}

function documentEntry(
  operation: Operation,
  collection: string,
  like: DocumentLike,
  recordLsn: Lsn,
  prevLsn: Lsn,
): DraftEntry {
  const document = encodeDocument(like);
  return { operation, collection, documentId: documentId(document) ?? null, document, prevLsn, recordLsn };
}
