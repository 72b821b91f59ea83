import { ArgonError, type BranchRecord, type Lsn } from '@argon/wal';
import { DEFAULT_BRANCH, formatAddress } from '../handler/address';
import type { WalEngine } from '../handler/engine';
import { isStagingName } from '../write/staging';
import { expireBranch } from './expire-branch';

export interface ExpiryOptions {
  /** How long between two passes, ms. Default 60,000, as mongod's. */
  readonly intervalMs?: number;
  /** Documents that one commit removes at most. Default 1,000. */
  readonly batch?: number;
  /** The clock, ms since the epoch. */
  readonly now?: () => number;
}

/** What one pass did. */
export interface ExpiryReport {
  /** Documents removed. */
  readonly removed: number;
  /** Branches that could not be looked at, and why; the next pass tries again. */
  readonly failed: readonly { readonly database: string; readonly error: unknown }[];
}

class Stopped extends Error {}

/**
 * Removes documents whose TTL index, or whose clustered collection, says that their time is over: on each branch its
 * own, as commits by `argon`/`ttl`, so that history tells of it, replay does it again, and a moment in the past still
 * shows them. Run it beside an engine, in one process or in several.
 */
export class Expiry {
  readonly #batch: number;
  readonly #now: () => number;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<ExpiryReport> | undefined;
  #stopped = false;
  /** Branches without TTL indexes, by the head at which that was so: they are left alone until it moves. */
  readonly #without = new Map<number, Lsn>();

  constructor(
    private readonly engine: WalEngine,
    options: ExpiryOptions = {},
  ) {
    this.#intervalMs = options.intervalMs ?? 60_000;
    this.#batch = options.batch ?? 1_000;
    this.#now = options.now ?? Date.now;
  }

  /** Runs now and then from now on, and keeps no process alive for it. */
  start(): this {
    if (this.#timer === undefined && !this.#stopped) {
      this.#timer = setInterval(() => void this.run().catch(() => undefined), this.#intervalMs);
      this.#timer.unref();
    }
    return this;
  }

  /** Looks at all branches once; joins a pass that is under way. */
  run(): Promise<ExpiryReport> {
    return (this.#running ??= this.#pass().finally(() => {
      this.#running = undefined;
    }));
  }

  /** Ends it; a pass under way stops at the next batch. To be called before the engine is closed. */
  async close(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running?.catch(() => undefined);
  }

  async #pass(): Promise<ExpiryReport> {
    const { store } = this.engine;
    const failed: { database: string; error: unknown }[] = [];
    const seen = new Set<number>();
    let removed = 0;
    for (const project of await store.projects()) {
      for (const branch of await store.branches(project.id)) {
        if (this.#stopped) return { removed, failed };
        seen.add(branch.id);
        // One follows another place and has what that has; the other is part of a write.
        if (branch.source !== undefined || isStagingName(branch.name)) continue;
        const name = branch.name === DEFAULT_BRANCH ? {} : { branch: branch.name };
        const database = formatAddress({ project: project.name, ...name });
        try {
          removed += await this.#branch(branch, database);
        } catch (error) {
          if (error instanceof Stopped) return { removed, failed };
          if (!(error instanceof ArgonError)) throw error;
          failed.push({ database, error });
        }
      }
    }
    for (const id of this.#without.keys()) if (!seen.has(id)) this.#without.delete(id);
    return { removed, failed };
  }

  async #branch({ id, headLsn }: BranchRecord, database: string): Promise<number> {
    const { materializer } = this.engine;
    if (this.#without.get(id) === headLsn) return 0;
    const state = await materializer.current(id);
    const { removed, hasIndexes } = await expireBranch(this.engine, { id, database }, state, {
      now: this.#now(),
      batch: this.#batch,
      check: () => {
        if (this.#stopped) throw new Stopped();
      },
    });
    // Of the record's head, which may lag behind: a later one is looked at once more.
    if (hasIndexes) this.#without.delete(id);
    else this.#without.set(id, headLsn);
    return removed;
  }
}
