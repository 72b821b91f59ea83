import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Guard } from '../access/guard';
import { Logins } from '../auth/logins';
import { Compressors } from '../compression/compressors';
import { Allowance } from '../connection/allowance';
import { Connection, type ConnectionParts } from '../connection/connection';
import { Front } from '../connection/front';
import { Peer } from '../connection/peer';
import { Description } from '../handshake/hello';
import { MAX_MESSAGE_BYTES, MessageIds } from '../message/header';
import { Metrics } from '../metrics/metrics';
import { MetricsPage } from '../metrics/metrics-page';
import { userCommands } from '../users/commands';
import { LogUsers } from '../users/log-users';
import { measured } from '../metrics/measured';
import { AuthRequiredError, ListenError } from './errors';
import { hostAndPort, isLoopback } from './loopback';
import type { ArgonServerOptions } from './options';

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 27018;
const MAX_CONNECTIONS = 5000;
const HELD_BYTES = 512 * 1024 * 1024;
const STALL_MS = 30_000;
/** Who has not logged in sends a `hello` and a login, no more, bytes. */
const STRANGERS_BYTES = 64 * 1024;

/** MongoDB's wire protocol over a CommandHandler. */
export class ArgonServer {
  readonly metrics: Metrics;
  readonly #connections = new Map<number, Connection>();
  readonly #allowance: Allowance;
  readonly #closing = new AbortController();
  readonly #parts: Omit<ConnectionParts, 'ended'>;
  #server: Server | undefined;
  #page: MetricsPage | undefined;
  #lastId = 0;
  #idle: (() => void) | undefined;

  private constructor(
    private readonly options: ArgonServerOptions,
    compressors: Compressors,
  ) {
    const { engine, auth = false } = options;
    this.#allowance = new Allowance(Math.max(options.maxHeldBytes ?? HELD_BYTES, MAX_MESSAGE_BYTES));
    this.metrics = new Metrics(() => this.#allowance.used);
    const users = new LogUsers(engine);
    const front = new Front({
      handler: measured(options.handler, this.metrics),
      engine,
      users: userCommands(users),
      logins: new Logins(users, (isLetIn) => this.metrics.logins.inc({ ok: String(isLetIn) })),
      guard: new Guard(users, auth),
      description: new Description(),
      compressors,
      closing: this.#closing.signal,
    });
    const incoming = this.metrics.bytes.labels('in');
    const outgoing = this.metrics.bytes.labels('out');
    this.#parts = {
      front,
      compressors,
      ids: new MessageIds(),
      allowance: this.#allowance,
      maxBytes: (peer) => (auth && peer.user === undefined ? STRANGERS_BYTES : MAX_MESSAGE_BYTES),
      stallMs: options.stallMs ?? STALL_MS,
      counted: (direction, bytes) => (direction === 'in' ? incoming : outgoing).inc(bytes),
    };
  }

  /**
   * Listens.
   * @throws AuthRequiredError for an address beyond loopback without `auth`; ListenError
   */
  static async listen(options: ArgonServerOptions): Promise<ArgonServer> {
    const { host = DEFAULT_HOST, port = DEFAULT_PORT, metrics } = options;
    if (!isLoopback(host) && options.auth !== true) throw new AuthRequiredError(host);
    const server = new ArgonServer(options, await Compressors.load(options.compressors));
    await server.#listen(host, port);
    if (metrics === undefined) return server;
    try {
      server.#page = await MetricsPage.open(server.metrics, metrics.host ?? DEFAULT_HOST, metrics.port);
      return server;
    } catch (error) {
      await server.close(0);
      throw error;
    }
  }

  /** Where it listens. */
  get host(): string {
    return this.options.host ?? DEFAULT_HOST;
  }

  get port(): number {
    const address = this.#server?.address();
    return typeof address === 'object' && address !== null
      ? address.port
      : (this.options.port ?? DEFAULT_PORT);
  }

  /** Where metrics are served; undefined if they are not. */
  get metricsPort(): number | undefined {
    return this.#page?.port;
  }

  /** For a client that may connect to it. */
  get uri(): string {
    const tls = this.options.tls === undefined ? '' : '?tls=true';
    return `mongodb://${hostAndPort(this.host, this.port)}/${tls}`;
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /**
   * Takes no more connections and commands, lets those that are under way be answered, and ends.
   * @param graceMs how long that may take; then connections are cut. Default 10,000
   */
  async close(graceMs = 10_000): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    this.#page?.closing();
    this.#closing.abort();
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
    const idle = new Promise<void>((resolve) => {
      this.#idle = resolve;
      if (this.#connections.size === 0) resolve();
    });
    for (const connection of this.#connections.values()) connection.finish();
    const timer = setTimeout(() => {
      for (const connection of this.#connections.values()) connection.destroy();
    }, graceMs);
    await idle;
    clearTimeout(timer);
    await stopped;
    await this.#page?.close();
    this.metrics.registry.clear();
  }

  async #listen(host: string, port: number): Promise<void> {
    const { tls } = this.options;
    const taken = (socket: Socket) => this.#connected(socket);
    const server = tls === undefined ? createServer(taken) : createTlsServer(tls, taken);
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new ListenError(host, port, error)));
      server.listen(port, host, () => {
        server.removeAllListeners('error');
        server.on('error', () => undefined);
        resolve();
      });
    });
  }

  #connected(socket: Socket): void {
    const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = socket;
    const peerAddress = hostAndPort(plain(remoteAddress), remotePort);
    if (this.#connections.size >= (this.options.maxConnections ?? MAX_CONNECTIONS)) {
      this.metrics.turnedAway.inc();
      this.options.log?.({ event: 'turned-away', peer: peerAddress });
      socket.destroy();
      return;
    }
    const connectionId = ++this.#lastId;
    const own = this.options.advertise ?? hostAndPort(plain(localAddress), localPort);
    const peer = new Peer(connectionId, peerAddress, own);
    const told = { connectionId, peer: peerAddress };
    const ended = (error: Error | undefined) => {
      this.#connections.delete(connectionId);
      this.metrics.connections.set(this.#connections.size);
      if (error !== undefined) {
        this.metrics.failures.inc();
        this.options.log?.({ event: 'failed', error, ...told });
      }
      this.options.log?.({ event: 'disconnected', ...told });
      this.options.handler.disconnected?.(connectionId);
      if (this.#connections.size === 0) this.#idle?.();
    };
    this.#connections.set(connectionId, new Connection(socket, peer, { ...this.#parts, ended }));
    this.metrics.connections.set(this.#connections.size);
    this.options.log?.({ event: 'connected', ...told });
  }
}

/** An IPv4 address that came by an IPv6 socket, as IPv4. */
function plain(address: string): string {
  return address.replace(/^::ffff:/, '');
}
