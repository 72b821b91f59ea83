import { HEADER_BYTES, OPCODES, writeHeader } from './header';
import { ProtocolError } from './errors';

const REPLY_BYTES = HEADER_BYTES + 20;
const AWAIT_CAPABLE = 8;
const QUERY_FAILURE = 2;

/** A command as drivers sent it before OP_MSG; today only the first hello comes so. */
export interface LegacyQuery {
  /** `admin` of `admin.$cmd`. */
  readonly database: string;
  /** False: a query of a collection, as clients older than MongoDB 3.6 sent it. */
  readonly isCommand: boolean;
  readonly document: Buffer;
}

/**
 * Reads an OP_QUERY. Source: MongoDB's wire protocol, "OP_QUERY".
 * @throws ProtocolError
 */
export function readQuery(message: Buffer): LegacyQuery {
  const nameStart = HEADER_BYTES + 4;
  const nameEnd = message.indexOf(0, nameStart);
  const start = nameEnd + 1 + 8;
  if (nameEnd < 0 || start + 5 > message.length) throw new ProtocolError('an OP_QUERY that is cut short');
  const end = start + message.readInt32LE(start);
  if (end < start + 5 || end > message.length)
    throw new ProtocolError('an OP_QUERY whose document is cut short');
  const namespace = message.toString('utf8', nameStart, nameEnd);
  const isCommand = namespace.endsWith('.$cmd');
  return {
    database: isCommand ? namespace.slice(0, -'.$cmd'.length) : namespace,
    isCommand,
    document: message.subarray(start, end),
  };
}

/** An OP_REPLY with one document. */
export function writeReply(
  document: Uint8Array,
  ids: { readonly requestId: number; readonly responseTo: number },
  hasFailed: boolean,
): Buffer {
  const length = REPLY_BYTES + document.length;
  const bytes = Buffer.allocUnsafe(length);
  writeHeader(bytes, { length, ...ids, opcode: OPCODES.reply });
  bytes.writeInt32LE(hasFailed ? QUERY_FAILURE : AWAIT_CAPABLE, HEADER_BYTES);
  bytes.writeBigInt64LE(0n, HEADER_BYTES + 4);
  bytes.writeInt32LE(0, HEADER_BYTES + 12);
  bytes.writeInt32LE(1, HEADER_BYTES + 16);
  bytes.set(document, REPLY_BYTES);
  return bytes;
}
