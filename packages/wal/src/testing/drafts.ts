import { type DocumentLike, documentId, encodeDocument } from '@argon/bson';
import {
  type DraftCommit,
  type DraftEntry,
  type Entry,
  type Lsn,
  NOBODY,
  type RefOperation,
  type UpdateForm,
} from '../entry/entry';
import { controlEntry } from '../refs/control-entries';

/** Drafts as the engine would make them, for tests of stores. */

export function insertion(document: DocumentLike, collection = 'things'): DraftEntry {
  const bytes = encodeDocument(document);
  return {
    operation: 'insert',
    collection,
    documentId: documentId(bytes) ?? null,
    document: bytes,
    prevLsn: 0,
    recordLsn: 0,
  };
}

type Version = Pick<Entry, 'documentId' | 'collection' | 'recordLsn'> & { readonly lsn: Lsn };

/** A new version of what `previous` (an entry, or a draft's provisional place) holds. */
export function replacement(previous: Version, document: DocumentLike, form?: UpdateForm): DraftEntry {
  return {
    operation: 'update',
    collection: previous.collection,
    documentId: previous.documentId,
    document: encodeDocument(document),
    prevLsn: previous.lsn,
    recordLsn: previous.recordLsn,
    ...(form === undefined ? {} : { form }),
  };
}

export function deletion(previous: Version): DraftEntry {
  return {
    operation: 'delete',
    collection: previous.collection,
    documentId: previous.documentId,
    document: null,
    prevLsn: previous.lsn,
    recordLsn: previous.recordLsn,
  };
}

export function commitOf(...entries: DraftEntry[]): DraftCommit {
  return { entries, actor: NOBODY };
}

/** A control entry that goes with a change of the branch record. */
export function control(operation: RefOperation, document: DocumentLike): DraftCommit {
  return commitOf(controlEntry(operation, document));
}
