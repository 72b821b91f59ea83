import type { ChunkStore, Store } from '@argon/wal';
import type { SharedTier } from './cache/tier/shared-tier';
import type { KeySources } from './index/key-extractor';
import type { SnapshotPolicy } from './snapshot/policy';
import type { NodeStoreStats } from './tree/node-store';
import type { WarmingStats } from './warming/warmer';

export interface MaterializerOptions extends KeySources {
  /** Bytes of decoded snapshot nodes to keep. Default 32 MiB. */
  readonly nodeCacheBytes?: number;
  /** When snapshots are taken in the background; false: only on demand, the default for stores that are not durable. */
  readonly snapshots?: SnapshotPolicy | false;
  /** Where snapshots' chunks lie. Default: in the store. */
  readonly chunks?: ChunkStore;
  /** A cache that several processes share, before a store that is far away (see docs/shared-cache.md). */
  readonly shared?: SharedTier;
  /** What the store is called in the shared cache. Default: its address. */
  readonly storeId?: string;
  /** Bytes of documents to keep; 0 for none. Default 64 MiB. */
  readonly cacheBytes?: number;
  /** Branches whose head state is kept. Default 1,000. */
  readonly maxStates?: number;
  /** Past states that are kept besides: moments that were read, fork points. Default 256. */
  readonly maxPasts?: number;
  /** Milliseconds after which the states of a branch that nobody asks for are let go. Default half an hour. */
  readonly maxIdle?: number;
  /**
   * Whether what was read most lately before is brought into memory in the background after opening, and what is read now
   * is noted for the next process. Default: where the store is durable.
   */
  readonly warm?: boolean;
}

/** What the caches hold and did. */
export interface MaterializerStats {
  /** Times that a document was asked for and was in the cache. What a write in progress has drafted does not count. */
  readonly hits: number;
  /** Times that one was asked for and had to be read from the log. */
  readonly misses: number;
  /** Documents in the cache. */
  readonly documents: number;
  /** Bytes that they take, about. */
  readonly bytes: number;
  /** States in memory: heads, those on the trails behind them, pasts. */
  readonly states: number;
  /** The nodes of snapshots' trees. */
  readonly nodes: NodeStoreStats;
  /** Snapshots that this process took, and failed to take. */
  readonly snapshots: { readonly taken: number; readonly failed: number; readonly damaged: number };
  /** What was brought into memory after opening because it was read lately before. */
  readonly warming: WarmingStats;
}

/** What a Materializer does unless told otherwise. */
export const DEFAULTS = {
  cacheBytes: 64 * 1024 * 1024,
  nodeCacheBytes: 32 * 1024 * 1024,
  maxStates: 1_000,
  maxPasts: 256,
  maxIdle: 30 * 60_000,
};

/** Of the cache of nodes, the part that warming may fill. */
export const WARM_SHARE = 1 / 4;

/** Whether a materializer warms itself. */
export function isWarming(store: Store, { warm = store.supports.durable }: MaterializerOptions): boolean {
  return warm;
}

/** The policy of snapshots in the background; undefined: only on demand. */
export function policyOf(store: Store, wanted: MaterializerOptions['snapshots']): SnapshotPolicy | undefined {
  if (wanted === false) return undefined;
  return wanted ?? (store.supports.durable ? {} : undefined);
}
