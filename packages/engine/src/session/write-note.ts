/*
 * What goes with a commit so that a client that tries again is known (`DraftCommit.note`).
 *
 *   u8: what it is: 1 statements of a retryable write, 2 a transaction, 3 a findAndModify that gave the document as it was
 *     before, 4 one that gave what it became
 *   the 16 bytes of the session's id, and a varint length with the digest of its user, if the client named one
 *   varint: the number of the write or transaction
 *   of statements, in the order of the commit's last entries: varint pairs of a first statement and how many follow each
 *     other, to the end
 *
 * The session's user is the entry's actor.
 */
export type NoteKind = 'statements' | 'transaction' | 'before' | 'after';

/** What a commit was, to the session that made it. */
export interface WriteNote {
  readonly kind: NoteKind;
  /** `sessionIdOf`. */
  readonly sessionId: string;
  readonly txnNumber: number;
  /** Of the last entries of the commit, one each; none of a transaction. */
  readonly statements: readonly number[];
}

const KINDS: readonly (NoteKind | undefined)[] = [undefined, 'statements', 'transaction', 'before', 'after'];
const ID_LENGTH = 16;
const BYTE = 0x80;

export function encodeWriteNote({ kind, sessionId, txnNumber, statements }: WriteNote): Buffer {
  const numbers: number[] = [txnNumber];
  for (let i = 0; i < statements.length;) {
    const first = statements[i]!;
    const start = i;
    while (i < statements.length && statements[i] === first + i - start) i += 1;
    numbers.push(first, i - start);
  }
  const digest = sessionId.length - ID_LENGTH;
  let length = 1 + ID_LENGTH + 1 + digest;
  for (const number of numbers) length += varintLength(number);
  const bytes = Buffer.allocUnsafe(length);
  bytes[0] = KINDS.indexOf(kind);
  bytes.write(sessionId.slice(0, ID_LENGTH), 1, 'latin1');
  bytes[1 + ID_LENGTH] = digest;
  if (digest > 0) bytes.write(sessionId.slice(ID_LENGTH), 2 + ID_LENGTH, 'latin1');
  let at = 2 + ID_LENGTH + digest;
  for (const number of numbers) {
    let rest = number;
    while (rest >= BYTE) {
      bytes[at++] = (rest % BYTE) | BYTE;
      rest = Math.floor(rest / BYTE);
    }
    bytes[at++] = rest;
  }
  return bytes;
}

/** Undefined for what this version does not know. */
export function decodeWriteNote(note: Uint8Array): WriteNote | undefined {
  const bytes = Buffer.from(note.buffer, note.byteOffset, note.byteLength);
  const kind = KINDS[bytes[0] ?? 0];
  if (kind === undefined || bytes.length < 2 + ID_LENGTH) return undefined;
  const digest = bytes[1 + ID_LENGTH]!;
  let at = 2 + ID_LENGTH + digest;
  const sessionId =
    bytes.toString('latin1', 1, 1 + ID_LENGTH) +
    (digest > 0 ? bytes.toString('latin1', 2 + ID_LENGTH, at) : '');
  const next = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= BYTE) {
      const byte = bytes[at++] ?? 0;
      value += (byte % BYTE) * scale;
      if (byte < BYTE) return value;
    }
  };
  const txnNumber = next();
  const statements: number[] = [];
  while (at < bytes.length) {
    const first = next();
    for (let left = next(), i = 0; i < left; i++) statements.push(first + i);
  }
  return { kind, sessionId, txnNumber, statements };
}

/** As `decodeWriteNote`, of a transaction's note alone; undefined for others, which may be long. */
export function decodeTransactionNote(note: Uint8Array): WriteNote | undefined {
  return KINDS[note[0] ?? 0] === 'transaction' ? decodeWriteNote(note) : undefined;
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= BYTE; rest = Math.floor(rest / BYTE)) length += 1;
  return length;
}
