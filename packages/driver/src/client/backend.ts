import { ArgonHandler } from '@argon/branch';
import {
  PerfRecorder,
  WalEngine,
  partialMatcher,
  type CommandHandler,
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
}

/** A CommandHandler and how to let go of what was opened for it. */
export interface Backend {
  readonly handler: CommandHandler;
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
  if (given instanceof WalEngine) return { handler: new ArgonHandler(given), close: async () => {} };
  if (isCommandHandler(given)) return { handler: given, close: async () => {} };
  const store = typeof given === 'string' ? await openStore(given) : given;
  const materializer = new Materializer(store, {
    partialMatcher,
    ...(options.cacheBytes === undefined ? {} : { cacheBytes: options.cacheBytes }),
    ...(options.warm === undefined ? {} : { warm: options.warm }),
  });
  const { perf: wanted = true, ...rest } = options;
  const clock = wanted === true ? {} : wanted;
  const perf = clock === false ? undefined : new PerfRecorder(store, materializer, clock);
  const engine = new WalEngine(store, materializer, { ...rest, ...(perf === undefined ? {} : { perf }) });
  return {
    handler: new ArgonHandler(engine),
    close: async () => {
      await engine.close();
      await materializer.close();
      await perf?.close();
      if (typeof given === 'string') await store.close();
    },
  };
}
