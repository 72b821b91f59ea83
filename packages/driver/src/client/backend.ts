import { ArgonHandler, flagsOfEnvironment, WalOnlyError, type Flags } from '@argon/branch';
import type { DualMode, DualModeOptions } from '@argon/branch/dual';
import {
  Expiry,
  PerfRecorder,
  WalEngine,
  keySources,
  parseAddress,
  type CommandHandler,
  type ExpiryOptions,
  type WalEngineOptions,
} from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { openStore, type Store } from '@argon/wal';

export interface BackendOptions extends Omit<WalEngineOptions, 'perf'> {
  /** Bytes of decoded history to keep in memory. Default 64 MiB. */
  readonly cacheBytes?: number;
  /** Whether what was read most lately before is brought into memory in the background. Default: if the store is durable. */
  readonly warm?: boolean;
  /**
   * Whether the store is told, minute by minute, how this process does (`argon wal perf`); or the clock of that, ms since
   * the epoch. Default: true.
   */
  readonly perf?: boolean | { readonly now: () => number };
  /** When documents go whose TTL index says so; false: other processes see to it. Default: every 60 s. */
  readonly expiry?: false | ExpiryOptions;
  /** A MongoDB database of which some or all branches of a project are prefixed collections. Default: there is none. */
  readonly legacy?: string | LegacyOptions;
}

/** A legacy database, and what decides between it and the log. */
export interface LegacyOptions extends Pick<DualModeOptions, 'project' | 'refreshMs' | 'turnFailed'> {
  /** `mongodb://…/db` */
  readonly uri: string;
  /** Asked for each command, so they may change at any time. Default: as the environment said when the client connected. */
  readonly flags?: Flags | (() => Flags);
}

/** A CommandHandler and how to let go of what was opened for it. */
export interface Backend {
  readonly handler: CommandHandler;
  /** What serves branches in the log; undefined if that is the affair of a handler of one's own. */
  readonly engine: WalEngine | undefined;
  /** Refuses a database that is a traditional branch, for what the engine alone can do; absent where there are none. */
  readonly refuseTraditional?: (database: string, what: string) => Promise<void>;
  close(): Promise<void>;
}

/** What a client can be given: a store's address, an open store, or a handler of one's own making. */
export type StoreLike = string | Store | CommandHandler;

function isCommandHandler(value: StoreLike): value is CommandHandler {
  return typeof value === 'object' && 'handle' in value && typeof value.handle === 'function';
}

/**
 * Opens what a store's address names (`memory:`, `lmdb:./path`, a `.argon` folder, `mongodb://…/argon_wal`). What is
 * passed in open stays the caller's to close. A WalEngine gets Argon's own commands beside MongoDB's.
 */
export async function openBackend(given: StoreLike, options: BackendOptions = {}): Promise<Backend> {
  if (given instanceof WalEngine)
    return { handler: new ArgonHandler(given), engine: given, close: async () => {} };
  if (isCommandHandler(given)) {
    const engine = given instanceof ArgonHandler ? given.engine : undefined;
    return { handler: given, engine, close: async () => {} };
  }
  const store = typeof given === 'string' ? await openStore(given) : given;
  const materializer = new Materializer(store, {
    ...keySources,
    ...(options.cacheBytes === undefined ? {} : { cacheBytes: options.cacheBytes }),
    ...(options.warm === undefined ? {} : { warm: options.warm }),
  });
  const { perf: wanted = true, expiry: expiring = {}, legacy, ...rest } = options;
  const clock = wanted === true ? {} : wanted;
  const perf = clock === false ? undefined : new PerfRecorder(store, materializer, clock);
  const engine = new WalEngine(store, materializer, { ...rest, ...(perf === undefined ? {} : { perf }) });
  const log = new ArgonHandler(engine);
  const expiry = expiring === false ? undefined : new Expiry(engine, expiring).start();
  const close = async () => {
    await expiry?.close();
    await engine.close();
    await materializer.close();
    await perf?.close();
    if (typeof given === 'string') await store.close();
  };
  if (legacy === undefined) return { handler: log, engine, close };
  try {
    const dual = await openDual(log, typeof legacy === 'string' ? { uri: legacy } : legacy);
    const closeBoth = async () => {
      await dual.close();
      await close();
    };
    const refuseTraditional = refusing(dual);
    return { handler: dual.handler, engine, refuseTraditional, close: closeBoth };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @throws WalOnlyError */
function refusing({ project, sides }: DualMode): NonNullable<Backend['refuseTraditional']> {
  return async (database, what) => {
    const address = parseAddress(database);
    if (address.project !== project) return;
    const { type, record } = await sides.now(address.branch);
    if (type === 'traditional' && record !== undefined) throw new WalOnlyError(what, address.branch);
  };
}

async function openDual(log: ArgonHandler, { uri, flags, ...options }: LegacyOptions): Promise<DualMode> {
  // Clients of a log alone need nothing of this.
  const { DualMode } = await import('@argon/branch/dual');
  const { ShadowReads, SiteCrossing } = await import('@argon/migrate');
  const given = flags ?? flagsOfEnvironment(process.env);
  return DualMode.open({
    ...options,
    log,
    legacy: uri,
    flags: typeof given === 'function' ? given : () => given,
    crossing: (parts) => new SiteCrossing(parts),
    shadow: (parts, current) => new ShadowReads(parts, current),
  });
}
