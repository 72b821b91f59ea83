import { formatAddress, type WalEngine } from '@argon/engine';
import { MongoClient, type DbOptions, type MongoClientOptions } from 'mongodb';
import { NoEngineError } from '../diff/errors';
import { Gate } from '../connection/gate';
import { inProcessConnection, type Link } from '../connection/in-process-connection';
import { ArgonDb } from './argon-db';
import { openBackend, type Backend, type BackendOptions, type StoreLike } from './backend';

export interface ArgonClientOptions extends MongoClientOptions, BackendOptions {
  /** Who makes the changes of this client, for history and audit. `appName` goes along. */
  readonly user?: string;
}

let connections = 0;

/**
 * The official MongoClient on a versioned database. Classes, cursors, types and errors are the driver's own; only the
 * messages stay in this process. A database's name is `project[~branch][@moment]`:
 *
 * ```ts
 * const client = new ArgonClient('lmdb:./data');
 * await client.db('shop').collection('users').insertOne({ name: 'Ada' });
 * const feature = client.branch('shop', 'feature-x');
 * const then = client.db('shop').collection('users').atTime(new Date('2026-01-31T12:00:00Z'));
 * ```
 */
export class ArgonClient extends MongoClient {
  readonly #link: Link;
  readonly #gate: Gate;
  readonly #given: StoreLike;
  readonly #backendOptions: BackendOptions;
  #opening: Promise<Backend> | undefined;

  /**
   * @param store `memory:`, `lmdb:./path`, a `.argon` folder, `mongodb://…/argon_wal`, an open Store or a CommandHandler
   */
  constructor(store: StoreLike, options: ArgonClientOptions = {}) {
    const {
      user,
      cacheBytes,
      warm,
      perf,
      expiry,
      legacy,
      maxCursors,
      cursorIdleMs,
      memoryLimit,
      transactionLifetimeMs,
      testCommands,
      ...official
    } = options;
    const gate = new Gate();
    const link: Link = {
      handler: undefined,
      actor: { user: user ?? '', app: official.appName ?? '' },
      nextConnectionId: () => ++connections,
    };
    const internal: MongoClientOptions = {
      serverMonitoringMode: 'poll',
      ...official,
      directConnection: true,
    };
    // Not in the public types: the class of the pool's connections.
    Object.assign(internal, { connectionType: inProcessConnection(link) });
    super(gate.uri, internal);
    this.#link = link;
    this.#gate = gate;
    this.#given = store;
    this.#backendOptions = {
      ...(cacheBytes === undefined ? {} : { cacheBytes }),
      ...(warm === undefined ? {} : { warm }),
      ...(perf === undefined ? {} : { perf }),
      ...(expiry === undefined ? {} : { expiry }),
      ...(legacy === undefined ? {} : { legacy }),
      ...(maxCursors === undefined ? {} : { maxCursors }),
      ...(cursorIdleMs === undefined ? {} : { cursorIdleMs }),
      ...(memoryLimit === undefined ? {} : { memoryLimit }),
      ...(transactionLifetimeMs === undefined ? {} : { transactionLifetimeMs }),
      ...(testCommands === undefined ? {} : { testCommands }),
    };
  }

  /** Opens the store; called by the first operation if need be. @throws ArgonError when the store cannot be opened */
  override async connect(): Promise<this> {
    const opening = (this.#opening ??= openBackend(this.#given, this.#backendOptions));
    try {
      this.#link.handler = (await opening).handler;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
    const port = await this.#gate.open();
    if (port !== undefined) this.options.hosts[0]!.port = port;
    return super.connect();
  }

  override async close(force?: boolean): Promise<void> {
    await super.close(force);
    await this.#gate.close();
    const opening = this.#opening;
    this.#opening = undefined;
    this.#link.handler = undefined;
    if (opening !== undefined) await (await opening).close();
  }

  override db(name?: string, options?: DbOptions): ArgonDb {
    const official = super.db(name, options);
    return new ArgonDb(this, official.databaseName, { ...this.options, ...options });
  }

  /**
   * What serves these databases, for what goes beyond MongoDB's commands. Connects if need be.
   * @internal
   * @throws NoEngineError where that is a handler of another kind, WalOnlyError for traditional branches
   */
  async engineTo(what: string, databases: readonly string[]): Promise<WalEngine> {
    await this.connect();
    const backend = await this.#opening;
    if (backend?.engine === undefined) throw new NoEngineError(what);
    for (const database of databases) await backend.refuseTraditional?.(database, what);
    return backend.engine;
  }

  /** A branch of a project, as a database. @throws CommandError for names that cannot be one */
  branch(project: string, branch: string, options?: DbOptions): ArgonDb {
    return this.db(formatAddress({ project, branch }), options);
  }
}
