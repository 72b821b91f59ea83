import { Binary, Long, type Doc, type Value } from '@argon/bson';
import type { Commit } from '@argon/wal';
import { decodeTransactionNote } from './write-note';
import { userDigest } from './user-digest';

const ID_LENGTH = 16;

/** The transaction that a commit was. */
export interface NotedTransaction {
  /** `{id, uid}` */
  readonly lsid: Doc;
  readonly txnNumber: Long;
}

/** What the log tells of the transaction that a commit was; undefined for other commits. */
export function notedTransaction({ entries }: Commit): NotedTransaction | undefined {
  const last = entries.at(-1);
  const note = last?.note === undefined ? undefined : decodeTransactionNote(last.note);
  if (note === undefined) return undefined;
  const [id, digest] = [note.sessionId.slice(0, ID_LENGTH), note.sessionId.slice(ID_LENGTH)];
  const uid = digest === '' ? userDigest(last!.actor.user) : Buffer.from(digest, 'latin1');
  return {
    lsid: new Map<string, Value>([
      ['id', new Binary(Buffer.from(id, 'latin1'), Binary.SUBTYPE_UUID)],
      ['uid', new Binary(uid)],
    ]),
    txnNumber: Long.fromNumber(note.txnNumber),
  };
}
