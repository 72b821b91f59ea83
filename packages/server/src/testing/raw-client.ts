import { connect, type Socket } from 'node:net';
import { decodeDocument, encodeDocument, type Doc, type DocumentLike } from '@argon/bson';
import { checksumOf } from '../message/checksum';
import { HEADER_BYTES, OPCODES, readHeader, writeHeader } from '../message/header';
import { MessageSplitter } from '../message/splitter';

/** A reply, taken apart. */
export interface RawReply {
  readonly opcode: number;
  readonly flags: number;
  readonly requestId: number;
  readonly responseTo: number;
  readonly document: Doc;
}

/** A message of any opcode. */
export function message(opcode: number, body: Uint8Array, requestId = 1_000_000_007): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + body.length);
  writeHeader(bytes, { length: bytes.length, requestId, responseTo: 0, opcode });
  bytes.set(body, HEADER_BYTES);
  return bytes;
}

export interface MessageShape {
  readonly flags?: number;
  /** Sections after the body. */
  readonly more?: Uint8Array;
  readonly checksum?: boolean;
}

/** An OP_MSG, right or wrong. */
export function opMsg(body: Uint8Array | DocumentLike, shape: MessageShape = {}): Buffer {
  const flags = Buffer.alloc(5);
  flags.writeUInt32LE((shape.flags ?? 0) >>> 0);
  const document = body instanceof Uint8Array ? body : encodeDocument(body);
  const bytes = message(OPCODES.message, Buffer.concat([flags, document, shape.more ?? Buffer.alloc(0)]));
  if (shape.checksum !== true) return bytes;
  const summed = Buffer.concat([bytes, Buffer.alloc(4)]);
  summed.writeInt32LE(summed.length, 0);
  summed.writeInt32LE(checksumOf(summed.subarray(0, -4)), summed.length - 4);
  return summed;
}

/** A section of kind 1. */
export function sequence(name: string, ...documents: readonly DocumentLike[]): Buffer {
  const content = Buffer.concat([Buffer.from(`${name}\0`), ...documents.map((one) => encodeDocument(one))]);
  const start = Buffer.alloc(5);
  start[0] = 1;
  start.writeInt32LE(content.length + 4, 1);
  return Buffer.concat([start, content]);
}

/** An OP_QUERY. */
export function opQuery(namespace: string, document: DocumentLike): Buffer {
  const numbers = Buffer.alloc(8);
  numbers.writeInt32LE(-1, 4);
  return message(
    OPCODES.query,
    Buffer.concat([Buffer.alloc(4), Buffer.from(`${namespace}\0`), numbers, encodeDocument(document)]),
  );
}

/** A connection that sends what it is told, byte for byte. */
export class RawClient {
  readonly replies: RawReply[] = [];
  isClosed = false;
  readonly #splitter = new MessageSplitter(() => 2 ** 31 - 1);
  #changed: () => void = () => undefined;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.#splitter.push(chunk);
      for (let one = this.#splitter.next(); one !== undefined; one = this.#splitter.next()) {
        this.replies.push(parsed(one));
      }
      this.#changed();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
      this.#changed();
    });
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new RawClient(socket);
  }

  send(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** Until so many replies have come, or the server has hung up. */
  async replied(count: number): Promise<readonly RawReply[]> {
    while (this.replies.length < count && !this.isClosed) {
      await new Promise<void>((resolve) => (this.#changed = resolve));
    }
    return this.replies;
  }

  close(): void {
    this.socket.destroy();
  }
}

function parsed(bytes: Buffer): RawReply {
  const { opcode, requestId, responseTo } = readHeader(bytes);
  const start = opcode === OPCODES.reply ? HEADER_BYTES + 20 : HEADER_BYTES + 5;
  const document = decodeDocument(bytes.subarray(start, start + bytes.readInt32LE(start)));
  return { opcode, flags: bytes.readInt32LE(HEADER_BYTES), requestId, responseTo, document };
}
