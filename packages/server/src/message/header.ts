/** Bytes of the header that every message begins with: length, request id, the request answered, opcode; int32s, little-endian. */
export const HEADER_BYTES = 16;

/** What a message may be at most, bytes: mongod's MaxMessageSizeBytes. */
export const MAX_MESSAGE_BYTES = 48_000_000;

/** Source: MongoDB's wire protocol, "Opcodes". */
export const OPCODES = { reply: 1, query: 2004, compressed: 2012, message: 2013 } as const;

export interface MessageHeader {
  readonly length: number;
  readonly requestId: number;
  readonly responseTo: number;
  readonly opcode: number;
}

/** @param bytes at least 16 */
export function readHeader(bytes: Buffer): MessageHeader {
  return {
    length: bytes.readInt32LE(0),
    requestId: bytes.readInt32LE(4),
    responseTo: bytes.readInt32LE(8),
    opcode: bytes.readInt32LE(12),
  };
}

export function writeHeader(bytes: Buffer, header: MessageHeader): void {
  bytes.writeInt32LE(header.length, 0);
  bytes.writeInt32LE(header.requestId, 4);
  bytes.writeInt32LE(header.responseTo, 8);
  bytes.writeInt32LE(header.opcode, 12);
}

/** Ids of the server's own messages: int32s that wrap. */
export class MessageIds {
  #last = 0;

  next(): number {
    this.#last = (this.#last + 1) | 0;
    return this.#last;
  }
}
