import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { decodeDocument, encodeDocument } from '@argon/bson';
import type { Doc, DocumentLike } from '@argon/bson';

const OP_MSG = 2013;
const HEADER = 21; // message header, flags, and the kind byte of the one section

/**
 * A bare connection to mongod that sends and receives exactly the bytes it is given. The official driver cannot write
 * some BSON types (undefined, DBPointer) and normalises others, which is what a referee must not do.
 */
export class Wire {
  readonly #socket: Socket;
  readonly #waiting: ((reply: Buffer) => void)[] = [];
  #received: Buffer = Buffer.alloc(0);
  #requests = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
  }

  /** @param uri - A `mongodb://host:port/…` address. */
  static async connect(uri: string): Promise<Wire> {
    const [, host = '', port = ''] = /^mongodb:\/\/([^:/]+):(\d+)/.exec(uri) ?? [];
    const socket = connect(Number(port), host);
    socket.setNoDelay(true);
    await once(socket, 'connect');
    return new Wire(socket);
  }

  async command(command: DocumentLike): Promise<Doc> {
    return decodeDocument(await this.send(encodeDocument(command)));
  }

  /** Many may be under way at once; replies come in order. */
  send(body: Uint8Array): Promise<Buffer> {
    const header = Buffer.alloc(HEADER);
    header.writeInt32LE(HEADER + body.length, 0);
    header.writeInt32LE(++this.#requests, 4);
    header.writeInt32LE(OP_MSG, 12);
    this.#socket.write(Buffer.concat([header, body]));
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 4) {
      const length = this.#received.readInt32LE(0);
      if (this.#received.length < length) return;
      const message = this.#received.subarray(0, length);
      this.#received = this.#received.subarray(length);
      this.#waiting.shift()?.(message.subarray(HEADER));
    }
  }
}
