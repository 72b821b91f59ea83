import { userInfo } from 'node:os';
import { ArgonHandler, HistoryService, WalBranchService, type BranchService } from '@argon/branch';
import { WalEngine, partialMatcher, type CommandDocument, type Reply } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { openStore, type Actor, type Store } from '@argon/wal';
import type { CommandContext } from '../cli/context';
import type { ConfigFile } from '../config/config-file';
import { configFor } from '../config/locate';
import type { StoreAddress } from './address';
import { findStore } from './find-store';
import { checkReply } from '../query/reply';

/** How long to wait for another process that writes to the same embedded store, s. */
const LOCK_TIMEOUT = 30;

/** An open store with what commands do on it. One per run of the program. */
export class Session {
  readonly branches: BranchService;
  readonly history: HistoryService;
  readonly engine: WalEngine;
  readonly #handler: ArgonHandler;

  constructor(
    readonly address: StoreAddress,
    readonly config: ConfigFile,
    readonly store: Store,
    readonly materializer: Materializer,
    readonly actor: Actor,
    readonly signal: AbortSignal,
  ) {
    this.branches = new WalBranchService(store, materializer);
    this.engine = new WalEngine(store, materializer);
    this.#handler = new ArgonHandler(this.engine);
    this.history = new HistoryService(this.engine);
  }

  /** Runs a database command; an answer of `ok: 0` is thrown. @throws CommandFailedError */
  async run(command: CommandDocument): Promise<Reply> {
    return checkReply(await this.reply(command));
  }

  /** Runs a database command and gives its answer as it is. */
  async reply(command: CommandDocument): Promise<Reply> {
    return this.#handler.handle(command, { connectionId: 1, actor: this.actor, signal: this.signal });
  }

  async close(): Promise<void> {
    await this.engine.close();
    await this.materializer.close();
    await this.store.close();
  }
}

/**
 * Opens the store that is meant, lets `work` use it, and closes it whatever happens.
 * @throws NoStoreError, ConfigFileError, and the store's own errors
 */
export async function withSession<T>(
  context: CommandContext,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { terminal, given } = context;
  const address = await findStore(terminal, given.text('store'));
  const config = await configFor(address, terminal.cwd);
  const store = await openAt(address, terminal.env, address.address === 'memory:');
  const actor = { user: config.settings.user ?? loginName(), app: 'argon-cli' };
  const session = new Session(
    address,
    config,
    store,
    new Materializer(store, { partialMatcher, warm: false }),
    actor,
    terminal.signal,
  );
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
