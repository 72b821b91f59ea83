import { BsonDepthError, validateDocument } from '@argon/bson';
import { Command, CommandError, commandFromSections } from '@argon/engine';
import { CHECKSUM_BYTES, checksumOf } from './checksum';
import { ProtocolError } from './errors';
import { HEADER_BYTES, OPCODES, writeHeader } from './header';

const FLAGS_BYTES = 4;
const KIND_BYTES = 1;
const BEFORE_DOCUMENT = HEADER_BYTES + FLAGS_BYTES + KIND_BYTES;
/** A larger reply is written in two pieces rather than copied. */
const COPIED_BYTES = 64 * 1024;

const CHECKSUM_PRESENT = 1 << 0;
const MORE_TO_COME = 1 << 1;
const EXHAUST_ALLOWED = 1 << 16;
/** Of the lower sixteen, which a receiver must know. */
const KNOWN_REQUIRED = CHECKSUM_PRESENT | MORE_TO_COME;

/** The flags of a request, and where its sections lie. Source: MongoDB's wire protocol, "OP_MSG". */
export interface MessageFrame {
  /** No reply is wanted. */
  readonly moreToCome: boolean;
  /** Several replies may be given to this one request. */
  readonly exhaustAllowed: boolean;
  /** It carried a checksum, which is right. */
  readonly hasChecksum: boolean;
  readonly sections: Buffer;
}

/**
 * Reads an OP_MSG up to its sections.
 * @param message whole, with its header
 * @throws ProtocolError for flags that nobody knows, and for a checksum that is wrong
 */
export function readFrame(message: Buffer): MessageFrame {
  if (message.length < HEADER_BYTES + FLAGS_BYTES) throw new ProtocolError('an OP_MSG without flags');
  const flags = message.readUInt32LE(HEADER_BYTES);
  const unknown = flags & 0xffff & ~KNOWN_REQUIRED;
  if (unknown !== 0) throw new ProtocolError(`an OP_MSG with unknown flags ${unknown}`);
  const hasChecksum = (flags & CHECKSUM_PRESENT) !== 0;
  const end = message.length - (hasChecksum ? CHECKSUM_BYTES : 0);
  if (hasChecksum) {
    if (end < HEADER_BYTES + FLAGS_BYTES) throw new ProtocolError('an OP_MSG without its checksum');
    if (message.readInt32LE(end) !== checksumOf(message.subarray(0, end)))
      throw new ProtocolError('an OP_MSG whose checksum is wrong');
  }
  return {
    moreToCome: (flags & MORE_TO_COME) !== 0,
    exhaustAllowed: (flags & EXHAUST_ALLOWED) !== 0,
    hasChecksum,
    sections: message.subarray(HEADER_BYTES + FLAGS_BYTES, end),
  };
}

/**
 * The command in an OP_MSG's sections, every document of it checked: nothing that comes later throws on its bytes.
 * @throws CommandError FailedToParse, InvalidBSON
 */
export function readCommand(sections: Buffer): Command {
  return commandFromSections(sections, checkDocument);
}

/** @throws CommandError InvalidBSON, Overflow for too many levels */
export function checkDocument(bytes: Uint8Array): void {
  try {
    validateDocument(bytes);
  } catch (error) {
    const code = error instanceof BsonDepthError ? 'Overflow' : 'InvalidBSON';
    throw new CommandError(code, (error as Error).message, { cause: error });
  }
}

export interface ReplyFrame {
  readonly requestId: number;
  readonly responseTo: number;
  /** Another reply to the same request follows. */
  readonly moreToCome?: boolean;
  readonly withChecksum?: boolean;
}

/** An OP_MSG with one document, in the pieces that are to be written one after the other. */
export function writeMessage(document: Uint8Array, frame: ReplyFrame): readonly Uint8Array[] {
  const checksum = frame.withChecksum === true ? CHECKSUM_BYTES : 0;
  const length = BEFORE_DOCUMENT + document.length + checksum;
  const isWhole = checksum > 0 || length <= COPIED_BYTES;
  const bytes = Buffer.allocUnsafe(isWhole ? length : BEFORE_DOCUMENT);
  const { requestId, responseTo } = frame;
  writeHeader(bytes, { length, requestId, responseTo, opcode: OPCODES.message });
  const flags = (checksum > 0 ? CHECKSUM_PRESENT : 0) | (frame.moreToCome === true ? MORE_TO_COME : 0);
  bytes.writeUInt32LE(flags, HEADER_BYTES);
  bytes[HEADER_BYTES + FLAGS_BYTES] = 0;
  if (!isWhole) return [bytes, document];
  bytes.set(document, BEFORE_DOCUMENT);
  if (checksum > 0) bytes.writeInt32LE(checksumOf(bytes.subarray(0, length - checksum)), length - checksum);
  return [bytes];
}
