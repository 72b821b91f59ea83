import { encodeDocument, Long, RawDocument, type Doc, type Value } from '@argon/bson';
import { isDocumentOperation } from '@argon/wal';
import { TRANSFER_VERSION, type TransferCommit, type TransferEntry, type TransferHeader } from './contract';

/*
 * A log outside of a store: documents, the first of which says what it is.
 *
 *   {argonLog: 1, project, branch, from, to, startedAt}
 *   {lsn, time, user, app, entries: [entry, …]}            a commit
 *   {lsn, …, more: true, entries: [entry, …]}              a part of a large commit; the next one goes on with it
 *   {lsn, …, base: true, entries: [entry, …]}              not a commit of the branch: part of what there was
 *                                                        at `from`, or of what the next commit did
 *
 *   {argonLogEnd: 1, documents}                           the end: how many documents came before it
 *
 *   {operation, collection, id, document}                  insert, update; `document` is the whole document afterwards
 *   {operation, collection, id}                            delete
 *   {operation, collection, argument}                      anything else
 *
 * LSNs are int64, times are dates.
 */
export function encodeHeader(header: TransferHeader): Uint8Array {
  return encodeDocument(
    new Map<string, Value>([
      ['argonLog', TRANSFER_VERSION],
      ['project', header.project],
      ['branch', header.branch],
      ['from', Long.fromNumber(header.from)],
      ['to', Long.fromNumber(header.to)],
      ['startedAt', new Date(header.startedAt)],
    ]),
  );
}

export function encodeCommit(commit: TransferCommit): Uint8Array {
  const { lsn, timestamp, actor, kind, more, entries } = commit;
  const document = new Map<string, Value>([
    ['lsn', Long.fromNumber(lsn)],
    ['time', new Date(timestamp)],
    ['user', actor.user],
    ['app', actor.app],
  ]);
  if (kind === 'base') document.set('base', true);
  if (more) document.set('more', true);
  document.set('entries', entries.map(entryDocument));
  return encodeDocument(document);
}

/** @param documents how many came before it */
export function encodeEnd(documents: number): Uint8Array {
  return encodeDocument(
    new Map<string, Value>([
      ['argonLogEnd', TRANSFER_VERSION],
      ['documents', Long.fromNumber(documents)],
    ]),
  );
}

function entryDocument({ operation, collection, id, document }: TransferEntry): Doc {
  const entry: Doc = new Map<string, Value>([['operation', operation]]);
  if (collection !== '') entry.set('collection', collection);
  const isDocument = isDocumentOperation(operation);
  if (isDocument) entry.set('id', id);
  if (document !== null) entry.set(isDocument ? 'document' : 'argument', new RawDocument(document));
  return entry;
}
