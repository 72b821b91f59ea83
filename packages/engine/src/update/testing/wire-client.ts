import { connect, type Socket } from 'node:net';
import { decodeDocument, encodeDocument, type Doc, type DocumentLike } from '@argon/bson';

const OP_MSG = 2013;
const HEADER = 16;

/**
 * The least that speaks to a mongod: commands in, replies out, one at a time, with nothing between the bytes and
 * @argon/bson. The official driver cannot send every BSON type.
 */
export class WireClient {
  #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #waiting: { resolve: (reply: Doc) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (data) => this.#take(data));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('mongod closed the connection')));
  }

  /** @param uri a `mongodb://host:port/…` with one host */
  static open(uri: string): Promise<WireClient> {
    const { hostname, port } = new URL(uri);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => resolve(new WireClient(socket.setNoDelay(true))));
      socket.once('error', reject);
    });
  }

  /** The reply, whatever it says. */
  command(command: DocumentLike): Promise<Doc> {
    const body = encodeDocument(command);
    const message = Buffer.alloc(HEADER + 5 + body.length);
    message.writeInt32LE(message.length, 0);
    message.writeInt32LE(OP_MSG, 12);
    message.set(body, HEADER + 5);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(message);
    });
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #take(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    if (this.#received.length < 4) return;
    const size = this.#received.readInt32LE(0);
    if (this.#received.length < size) return;
    const reply = decodeDocument(this.#received.subarray(HEADER + 5, size));
    this.#received = this.#received.subarray(size);
    this.#waiting?.resolve(reply);
  }
}
