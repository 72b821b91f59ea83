import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A private local socket that accepts and says nothing. The official connection pool insists on connecting somewhere
 * before it hands out connections; no command ever travels over it.
 */
export class Gate {
  readonly #path = join(tmpdir(), `argon-${process.pid}-${randomBytes(6).toString('hex')}.sock`);
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  /** The URI that makes a MongoClient connect here. Windows has no socket files that the driver could name. */
  get uri(): string {
    return process.platform === 'win32'
      ? 'mongodb://127.0.0.1:1/'
      : `mongodb://${encodeURIComponent(this.#path)}/`;
  }

  /** Listens; idempotent. Answers with the port where there is one. */
  async open(): Promise<number | undefined> {
    if (this.#server === undefined) {
      const server = createServer((socket) => {
        this.#sockets.add(socket);
        // Neither an open client nor its idle pool is a reason to keep a process alive that has nothing to do.
        socket.unref();
        socket.on('error', () => socket.destroy());
        socket.on('close', () => this.#sockets.delete(socket));
        socket.resume();
      });
      this.#server = server;
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        if (process.platform === 'win32') server.listen(0, '127.0.0.1', resolve);
        else server.listen(this.#path, resolve);
      });
      server.unref();
    }
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : undefined;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    if (process.platform !== 'win32') await rm(this.#path, { force: true });
  }
}
