import {
  type ChunkStore,
  type Commit,
  type Lsn,
  type MaybePromise,
  type SnapshotRecord,
  type Store,
  retentionOf,
} from '@argon/wal';
import { IDLE_SWEEPS } from './cache/aging-map';
import { DocumentCache } from './cache/document-cache';
import { DocumentReader } from './cache/document-reader';
import { cachedChunkStore } from './cache/tier/cached-chunk-store';
import { cachedDocuments } from './cache/tier/cached-documents';
import { diffOf, type RecordDifference } from './diff/collection-diff';
import { Compaction } from './compaction/compaction';
import type { CompactOptions, CompactReport, CompactTarget } from './compaction/contract';
import { DocumentMissingError } from './errors';
import { IndexCatalog } from './index/index-catalog';
import type { IndexView } from './index/index-view';
import {
  DEFAULTS,
  isWarming,
  policyOf,
  WARM_SHARE,
  type MaterializerOptions,
  type MaterializerStats,
} from './options';
import { Glimpses } from './replay/glimpses';
import { Heads } from './replay/heads';
import { Horizons } from './replay/horizons';
import { KnownStates } from './replay/known-states';
import { boundaryAt, lsnAtTime } from './replay/moments';
import { PastStates } from './replay/past-states';
import { Replayer } from './replay/replayer';
import type { BranchState, CollectionState, IndexDefinition } from './state/contract';
import { IndexEdits } from './snapshot/index-edits';
import { Healing } from './snapshot/healing';
import { SnapshotFinder } from './snapshot/snapshot-finder';
import { SnapshotKeeper } from './snapshot/snapshot-keeper';
import { SnapshotReader } from './snapshot/snapshot-reader';
import { SnapshotWriter } from './snapshot/snapshot-writer';
import { NodeStore } from './tree/node-store';
import { chunkUse, type ChunkUse } from './storage/chunk-use';
import type { VerifyStatesOptions, VerifyStatesReport } from './verify/contract';
import { Verification } from './verify/verification';
import { Warming } from './warming/warming';

/**
 * What branches hold, now and at any LSN, computed from the log and kept in memory as long as it is worth it. States
 * are immutable; every branch and moment shares what it has in common with others. One per store and process.
 */
export class Materializer {
  readonly #store: Store;
  readonly #states: KnownStates;
  readonly #replayer: Replayer;
  readonly #cache: DocumentCache;
  readonly #documents: DocumentReader;
  readonly #indexes: IndexCatalog;
  readonly #nodes: NodeStore;
  readonly #finder: SnapshotFinder;
  readonly #healing: Healing;
  readonly #keeper: SnapshotKeeper;
  readonly #heads: Heads;
  readonly #horizons: Horizons;
  readonly #pasts: PastStates;
  readonly #compaction: Compaction;
  readonly #warming: Warming;
  readonly #sweeper: NodeJS.Timeout;
  readonly #chunks: ChunkStore;
  readonly #options: MaterializerOptions;

  constructor(store: Store, options: MaterializerOptions = {}) {
    const { cacheBytes, nodeCacheBytes, maxStates, maxPasts, maxIdle } = { ...DEFAULTS, ...options };
    const chunks = options.chunks ?? store.chunks;
    const { shared, storeId } = options;
    this.#store = store;
    this.#chunks = chunks;
    this.#options = options;
    this.#states = new KnownStates({ maxHeads: maxStates, maxPasts });
    this.#cache = new DocumentCache(cacheBytes);
    this.#documents = new DocumentReader(
      shared === undefined ? store : cachedDocuments(store, shared, storeId === undefined ? {} : { storeId }),
      this.#cache,
    );
    this.#nodes = new NodeStore(
      shared === undefined ? chunks : cachedChunkStore(chunks, shared),
      nodeCacheBytes,
    );
    this.#indexes = new IndexCatalog(this.#documents, this.#nodes, options);
    const { snapshots } = store;
    this.#finder = new SnapshotFinder(
      { snapshots },
      new SnapshotReader({ chunks, branchById: (id) => store.branchById(id) }, this.#nodes),
    );
    this.#healing = new Healing(chunks, snapshots, this.#states);
    this.#horizons = new Horizons(store);
    this.#replayer = new Replayer(store, this.#states, this.#finder, this.#horizons);
    this.#compaction = new Compaction({
      store,
      // Another place for chunks may hold those of other stores.
      chunks: options.chunks === undefined ? chunks : undefined,
      nodes: this.#nodes,
      replayer: this.#replayer,
      snapshot: (branchId) => this.snapshot(branchId),
      forget: () => this.#states.clear(),
    });
    this.#keeper = new SnapshotKeeper(
      { snapshots },
      this.#states,
      this.#replayer,
      this.#finder,
      new SnapshotWriter({ chunks, snapshots }, this.#nodes, this.#indexes, new IndexEdits(this.#documents)),
      policyOf(store, options.snapshots),
    );
    this.#heads = new Heads(store, this.#states, this.#replayer, this.#cache, maxStates, (state, commits) =>
      this.#keeper.moved(state, commits),
    );
    this.#pasts = new PastStates(
      store,
      this.#states,
      this.#heads,
      this.#replayer,
      this.#horizons,
      new Glimpses(store, this.#states, this.#finder),
    );
    const bytes = nodeCacheBytes * WARM_SHARE;
    this.#warming = new Warming(isWarming(store, options) ? { store, heads: this.#heads, bytes } : undefined);
    this.#sweeper = sweeping(new WeakRef(this), Math.max(1, maxIdle / IDLE_SWEEPS));
  }

  /**
   * What the branch holds now: the state at its head, after asking the store where that is. Sees every commit that
   * was acknowledged before the call, in this process or another; calls made together share one question. Answers
   * at once when the store does and nothing is new.
   * @throws BranchNotFoundError; a deleted branch's last state has `deleted` set
   */
  current(branchId: number): MaybePromise<BranchState> {
    this.#warming.foreground.calls += 1;
    return this.#heads.current(branchId);
  }

  /** A collection of a state, for whoever reads it: what is read most lately is warmed when the store is opened again. */
  collectionOf(state: BranchState, name: string): CollectionState | undefined {
    const collection = state.collections.get(name);
    if (collection !== undefined) this.#warming.read(state.branchId, name);
    return collection;
  }

  /** The newest state in memory, without asking the store: for writers, who learn of newer commits when they append. */
  known(branchId: number): BranchState | undefined {
    return this.#states.head(branchId);
  }

  /** As `current`, always a promise. */
  async refresh(branchId: number): Promise<BranchState> {
    return this.current(branchId);
  }

  /**
   * Advances the head state by commits that this process just appended. If others' commits lie between, or a reset
   * among them goes back to a state that is not in memory, the answer is a promise.
   * @param commits what `append` gave, all of them, in order; never empty
   */
  committed(branchId: number, commits: readonly Commit[]): MaybePromise<BranchState> {
    this.#warming.foreground.calls += 1;
    return this.#heads.committed(branchId, commits);
  }

  /**
   * What the branch held at an LSN: at the last commit boundary at or before it. Below the branch's base that is what
   * its parent held. LSNs that a later reset hid can be read as well.
   * @throws LsnOutOfRangeError past the head, or before the project; LsnBelowHorizonError where history is compacted;
   *   BranchNotFoundError
   */
  stateAt(branchId: number, lsn: Lsn): Promise<BranchState> {
    return this.#pasts.at(branchId, lsn);
  }

  /**
   * What a live branch showed when it was forked, before its own first commit; of a project's first branch: nothing. A fork
   * stands on that, so compaction keeps it exact, even below the horizons of the branch and its parent, where nobody else
   * may name the moment any more.
   * @throws BranchNotFoundError
   */
  stateAtFork(branchId: number): Promise<BranchState> {
    return this.#pasts.atFork(branchId);
  }

  /**
   * As `stateAt`, for a merge that begins there: also below the horizon, where compaction keeps a commit of a branch's own
   * chain because others stand on it or have merged it.
   * @throws as stateAt
   */
  baseAt(branchId: number, lsn: Lsn): Promise<BranchState> {
    return this.#pasts.baseAt(branchId, lsn);
  }

  /**
   * As `stateAt`, for whoever only wants the document of a collection whose `_id` has this key (`idKey` of @argon/bson):
   * the state may show that one alone, and then costs as much as the document has changed since, wherever the moment is.
   * @throws as stateAt
   */
  documentStateAt(branchId: number, lsn: Lsn, collection: string, key: string): Promise<BranchState> {
    return this.#pasts.documentAt(branchId, lsn, collection, key);
  }

  /**
   * The LSN of the commit boundary at or before an LSN of a branch's own chain, without computing what it shows.
   * @throws LsnOutOfRangeError past the head, or below where the branch starts; LsnBelowHorizonError,
   *   BranchNotFoundError
   */
  async boundaryAt(branchId: number, lsn: Lsn): Promise<Lsn> {
    return boundaryAt(this.#store, this.#horizons, branchId, lsn);
  }

  /**
   * The LSN of the last commit at or before a time (ms since the epoch); before the branch's own first commit, its
   * parent's, at most at the fork point. A time after the last commit means the head.
   * @throws MomentOutOfRangeError before the project was made; LsnBelowHorizonError; BranchNotFoundError
   */
  lsnAtTime(branchId: number, time: number): Promise<Lsn> {
    return lsnAtTime(this.#store, this.#horizons, branchId, time);
  }

  /**
   * The documents at these LSNs of a state (or of another timeline), in the same order: from the cache, or from the log in one go. The bytes
   * are shared and must not be changed. At once when all are in memory or the store is embedded.
   * @param outOf how many the caller goes through in all, these among them: a scan of more than the cache holds does not
   *   sweep it out. Default: these
   * @throws DocumentMissingError when the log does not hold one of them; LsnBelowHorizonError when that is because the
   *   branch was compacted while the state was in use
   */
  documents(
    state: Pick<BranchState, 'branchId' | 'timeline'>,
    lsns: readonly Lsn[],
    outOf?: number,
  ): MaybePromise<Uint8Array[]> {
    this.#warming.foreground.calls += 1;
    try {
      const documents = this.#documents.read(state, lsns, outOf);
      return documents instanceof Promise ? documents.catch((error) => this.#missed(error)) : documents;
    } catch (error) {
      return this.#missed(error);
    }
  }

  async #missed(error: unknown): Promise<never> {
    if (error instanceof DocumentMissingError) {
      const record = await this.#store.branchById(error.branchId);
      if (record && error.lsn <= retentionOf(record).horizon)
        throw await this.#horizons.below(record, error.lsn);
    }
    throw error;
  }

  /**
   * An index of a collection of a state, built on first demand by reading the collection's documents once; states
   * derived from this one keep it up to date. By name: one that the catalogue has. By definition (see
   * `indexDefinition`): also one that it does not have yet, so that it can be checked before it is created.
   * @throws IndexNotFoundError, IndexUnsupportedError, DocumentMissingError; what extracting keys throws
   */
  indexOf(state: BranchState, collection: string, index: string | IndexDefinition): MaybePromise<IndexView> {
    return this.#indexes.view(state, collection, index);
  }

  /**
   * The records of a collection that two states show differently, in natural order, in batches; undefined at the end.
   * Costs what differs, not what they hold. A collection that one of them does not have is empty there.
   * @param collection its name; or what it is called in each, undefined where it is not
   */
  diff(
    before: BranchState,
    after: BranchState,
    collection: string | { readonly before: string | undefined; readonly after: string | undefined },
  ): { next(): Promise<readonly RecordDifference[] | undefined> } {
    return diffOf(before, after, collection);
  }

  /**
   * Writes down what a branch holds now, so that reading it needs no replay. The branch's state is computed from the
   * snapshot afterwards, and what was in memory for it can go.
   * @throws BranchNotFoundError; what the store throws
   */
  snapshot(branchId: number): Promise<SnapshotRecord> {
    return this.#keeper.take(async () => this.#heads.current(branchId));
  }

  /**
   * Drops versions that no retained moment shows: none at or after the horizon that the policy (or `options`) sets, none
   * that a fork, a pin or a reset needs; then snapshots and chunks that nothing needs. Bounded steps, each durable: after a
   * kill the next call goes on. Others may read and write meanwhile.
   * @throws CompactionUnsupportedError, BranchNotFoundError, ProjectNotFoundError
   */
  compact(target: CompactTarget, options: CompactOptions = {}): Promise<CompactReport> {
    return this.#compaction.run(target, options);
  }

  /**
   * Checks what is derived from the log: that every chunk holds what it is called by, that snapshots' trees are in order and
   * hold what a replay of the log gives, that indexes agree with the documents, and that updates and deletes name the
   * version that they replaced. Damage is reported, not thrown; with `repair` what is wrong of it is dropped and made again.
   * `verifyStore` of @argon/wal checks the log by itself. Others may read and write meanwhile.
   */
  verify(options: VerifyStatesOptions = {}): Promise<VerifyStatesReport> {
    const parts = {
      store: this.#store,
      chunks: this.#chunks,
      keySources: this.#options,
      snapshot: (branchId: number) => this.snapshot(branchId),
      forget: () => this.#states.clear(),
    };
    return new Verification(parts, options).run();
  }

  /**
   * Which branches' snapshots need which chunks. Reads all of them but the trees' leaves.
   * @param signal stops it: the promise is rejected with its reason
   */
  chunkUse(signal?: AbortSignal): Promise<ChunkUse> {
    return chunkUse(this.#store, this.#chunks, this.#nodes, signal);
  }

  /**
   * Looks whether branches were compacted by others. Their snapshots go an hour after that, and the states in memory that
   * stand on them must go before. Called by itself every quarter of `maxIdle`.
   */
  async checkHorizons(): Promise<void> {
    if (await this.#horizons.refresh()) this.#states.clear();
  }

  /** For writers: something to wait for before writing more, when snapshots do not keep up. */
  pressure(branchId: number): Promise<unknown> | undefined {
    return this.#keeper.pressure(branchId);
  }

  /**
   * To be told of an error of a read. If a snapshot's chunk was missing or damaged, everything that came from snapshots
   * is forgotten, so that the log is read instead: true, the read is worth trying again. States at hand are of no use.
   */
  heal(error: unknown): Promise<boolean> {
    return this.#healing.heal(error);
  }

  /** Lets go of states that went unused for long. Called by itself every quarter of `maxIdle`. */
  sweep(): void {
    this.#states.sweep();
    this.#heads.sweep();
    // Should it fail, so does the next read.
    void this.checkHorizons().catch(() => undefined);
  }

  stats(): MaterializerStats {
    const { hits, misses, size, bytes } = this.#cache;
    const { taken, failed } = this.#keeper;
    return {
      hits,
      misses,
      documents: size,
      bytes,
      states: this.#states.size,
      nodes: this.#nodes.stats(),
      snapshots: { taken, failed, damaged: this.#finder.damaged },
      warming: this.#warming.stats,
    };
  }

  /**
   * Takes the snapshots that are worth it and stops. States and documents go with the object; the store is its
   * owner's to close, afterwards.
   */
  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.#warming.close();
    await this.#keeper.close();
  }
}

/** Ages a materializer at an interval (ms), without keeping it or the process alive. */
function sweeping(materializer: WeakRef<Materializer>, interval: number): NodeJS.Timeout {
  const timer = setInterval(() => {
    const alive = materializer.deref();
    if (alive) alive.sweep();
    else clearInterval(timer);
  }, interval);
  return timer.unref();
}
