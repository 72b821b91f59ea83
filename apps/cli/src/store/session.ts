import { userInfo } from 'node:os';
import { ArgonHandler, HistoryService, WalBranchService } from '@argon/branch';
import type { AnyBranchService, DualMode } from '@argon/branch/dual';
import {
  PerfRecorder,
  WalEngine,
  keySources,
  type CommandDocument,
  type CommandHandler,
  type Reply,
} from '@argon/engine';
import { Materializer, type MaterializerOptions } from '@argon/materializer';
import { openStore, SYSTEM_PROJECT, type Actor, type Store } from '@argon/wal';
import type { CommandContext } from '../cli/context';
import type { ConfigFile } from '../config/config-file';
import { effectiveSettings } from '../config/effective';
import { configFor } from '../config/locate';
import type { StoreAddress } from './address';
import { attachLegacy } from './attach-legacy';
import { findStore } from './find-store';
import { checkReply } from '../query/reply';

/** How long to wait for another process that writes to the same embedded store, s. */
const LOCK_TIMEOUT = 30;

/** A project; of one that only a legacy database has, the log knows nothing. */
export interface SessionProject {
  readonly name: string;
  readonly id: number | null;
  /** ms since the epoch */
  readonly createdAt: number | null;
}

/** An open store with what commands do on it. One per run of the program. */
export class Session {
  /** Branches wherever they live. */
  readonly branches: AnyBranchService;
  /** Those in the log. */
  readonly log: WalBranchService;
  readonly history: HistoryService;
  readonly engine: WalEngine;
  readonly store: Store;
  readonly materializer: Materializer;

  constructor(
    readonly address: StoreAddress,
    readonly config: ConfigFile,
    /** MongoDB's commands on what the log serves. */
    readonly handler: ArgonHandler,
    /** A legacy database and what goes with it. */
    readonly dual: DualMode | undefined,
    readonly actor: Actor,
    readonly signal: AbortSignal,
    private readonly perf?: PerfRecorder,
  ) {
    this.engine = handler.engine;
    this.store = this.engine.store;
    this.materializer = this.engine.materializer;
    this.log = new WalBranchService(this.store, this.materializer);
    this.branches = dual?.branches ?? this.log;
    this.history = new HistoryService(this.engine);
  }

  /** Projects of the store's users, and the legacy database's, by name. */
  async projects(): Promise<readonly SessionProject[]> {
    const { dual } = this;
    const stored: readonly SessionProject[] = await this.store.projects();
    const projects = stored.filter(({ name }) => name !== SYSTEM_PROJECT);
    if (dual === undefined || projects.some(({ name }) => name === dual.project)) return projects;
    if ((await this.branches.list(dual.project)).length === 0) return projects;
    const legacy = { name: dual.project, id: null, createdAt: null };
    return [...projects, legacy].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Runs a database command; an answer of `ok: 0` is thrown. @throws CommandFailedError */
  async run(command: CommandDocument): Promise<Reply> {
    return checkReply(await this.reply(command));
  }

  /** Runs a database command and gives its answer as it is. */
  async reply(command: CommandDocument): Promise<Reply> {
    const handler: CommandHandler = this.dual?.handler ?? this.handler;
    return handler.handle(command, { connectionId: 1, actor: this.actor, signal: this.signal });
  }

  async close(): Promise<void> {
    await this.dual?.close();
    await this.engine.close();
    await this.materializer.close();
    await this.perf?.close();
    await this.store.close();
  }
}

export interface SessionOptions {
  /** Default: nothing is read ahead, as most commands read little. */
  readonly materializer?: Pick<MaterializerOptions, 'warm' | 'cacheBytes'>;
  /** Whether the store is told how this process does (`argon wal perf`). Default: no. */
  readonly perf?: boolean;
}

/**
 * Opens the store that is meant, and the legacy database if one is attached, lets `work` use them, and closes them whatever
 * happens.
 * @throws NoStoreError, ConfigFileError, FlagValueError, LegacyUnreachableError, and the store's own errors
 */
export async function withSession<T>(
  context: CommandContext,
  work: (session: Session) => Promise<T>,
  options: SessionOptions = {},
): Promise<T> {
  const { terminal, given } = context;
  const address = await findStore(terminal, given.text('store'));
  const config = await configFor(address, terminal.cwd);
  const settings = effectiveSettings(config, terminal.env);
  const store = await openAt(address, terminal.env, address.address === 'memory:');
  const materializer = new Materializer(store, { ...keySources, warm: false, ...options.materializer });
  const perf = options.perf === true ? new PerfRecorder(store, materializer) : undefined;
  const handler = new ArgonHandler(new WalEngine(store, materializer, perf && { perf }));
  const actor = { user: config.settings.user ?? loginName(), app: 'argon-cli' };
  let dual: DualMode | undefined;
  try {
    const problems: string[] = [];
    dual = await attachLegacy(settings, handler, (branch, error) => {
      problems.push(`note: branch '${branch}' stays where it is: ${(error as Error).message}`);
    });
    for (const problem of problems) await context.output.note(problem);
  } catch (error) {
    await new Session(address, config, handler, undefined, actor, terminal.signal, perf).close();
    throw error;
  }
  const session = new Session(address, config, handler, dual, actor, terminal.signal, perf);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Opens a store; `ARGON_LOCK_TIMEOUT` (seconds) says how long to wait for another writer of an embedded one. */
export async function openAt(
  { address, folder }: StoreAddress,
  env: CommandContext['terminal']['env'],
  create: boolean,
): Promise<Store> {
  if (folder === undefined) return openStore(address, { create });
  const seconds = Number(env['ARGON_LOCK_TIMEOUT'] ?? LOCK_TIMEOUT);
  const { openLmdbStore } = await import('@argon/wal/lmdb');
  return openLmdbStore(folder, { create, lockTimeoutMs: 1000 * (seconds > 0 ? seconds : LOCK_TIMEOUT) });
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without a name, as in some containers.
    return '';
  }
}
