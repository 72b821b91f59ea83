import {
  BranchNotFoundError,
  type Commit,
  type Head,
  type Lsn,
  type MaybePromise,
  type Store,
} from '@argon/wal';
import { AgingMap, IDLE_SWEEPS } from './cache/aging-map';
import { DocumentCache } from './cache/document-cache';
import { DocumentReader } from './cache/document-reader';
import { LsnOutOfRangeError } from './errors';
import { IndexCatalog } from './index/index-catalog';
import type { PartialMatcher } from './index/key-extractor';
import { ResidentIndexView, type IndexView } from './index/index-view';
import { applyCommits } from './replay/apply-commits';
import { Coalesced } from './replay/coalesced';
import { KnownStates } from './replay/known-states';
import { lsnAtTime } from './replay/moments';
import { Replayer } from './replay/replayer';
import type { ResidentBranchState } from './state/branch-state';
import type { BranchState, IndexDefinition } from './state/contract';

export interface MaterializerOptions {
  /** Bytes of documents to keep; 0 for none. Default 64 MiB. */
  readonly cacheBytes?: number;
  /** Branches whose head state is kept. Default 1,000. */
  readonly maxStates?: number;
  /** Past states that are kept besides: moments that were read, fork points. Default 256. */
  readonly maxPasts?: number;
  /** Milliseconds after which the states of a branch that nobody asks for are let go. Default half an hour. */
  readonly maxIdle?: number;
  /** Compiles a partialFilterExpression; without it partial indexes cannot be searched. */
  readonly partialMatcher?: PartialMatcher;
}

/** What the caches hold and did. */
export interface MaterializerStats {
  /** Documents asked for that were in the cache. */
  readonly hits: number;
  readonly misses: number;
  readonly documents: number;
  readonly bytes: number;
  /** States in memory: heads, those on the trails behind them, pasts. */
  readonly states: number;
}

const DEFAULTS = { cacheBytes: 64 * 1024 * 1024, maxStates: 1_000, maxPasts: 256, maxIdle: 30 * 60_000 };

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
  readonly #checks: AgingMap<number, Coalesced<Head>>;
  readonly #catchingUp = new Map<number, Promise<ResidentBranchState>>();
  readonly #sweeper: NodeJS.Timeout;

  constructor(store: Store, options: MaterializerOptions = {}) {
    const { cacheBytes, maxStates, maxPasts, maxIdle } = { ...DEFAULTS, ...options };
    this.#store = store;
    this.#states = new KnownStates({ maxHeads: maxStates, maxPasts });
    this.#replayer = new Replayer(store, this.#states);
    this.#cache = new DocumentCache(cacheBytes);
    this.#documents = new DocumentReader(store, this.#cache);
    this.#indexes = new IndexCatalog(this.#documents, options.partialMatcher);
    this.#checks = new AgingMap(maxStates);
    this.#sweeper = sweeping(new WeakRef(this), Math.max(1, maxIdle / IDLE_SWEEPS));
  }

  /**
   * What the branch holds now: the state at its head, after asking the store where that is. Sees every commit that
   * was acknowledged before the call, in this process or another; calls made together share one question. Answers
   * at once when the store does and nothing is new.
   * @throws BranchNotFoundError; a deleted branch's last state has `deleted` set
   */
  current(branchId: number): MaybePromise<BranchState> {
    const head = this.#head(branchId);
    return head instanceof Promise
      ? head.then(({ lsn }) => this.#upTo(branchId, lsn))
      : this.#upTo(branchId, head.lsn);
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
    const head = this.#states.head(branchId);
    const last = commits[commits.length - 1]!;
    if (head && head.lsn >= last.lsn) return head;
    if (!head || head.lsn !== commits[0]!.after) return this.current(branchId);
    const next = applyCommits(head, commits, (id, lsn) => this.#replayer.showed(id, lsn));
    const entries = this.#remember(commits);
    return next instanceof Promise
      ? next.then((state) => this.#states.setHead(state, entries))
      : this.#states.setHead(next, entries);
  }

  /**
   * What the branch held at an LSN: at the last commit boundary at or before it. Below the branch's base that is what
   * its parent held. LSNs that a later reset hid can be read as well.
   * @throws LsnOutOfRangeError past the head, or before the project; BranchNotFoundError
   */
  async stateAt(branchId: number, lsn: Lsn): Promise<BranchState> {
    const known = this.#states.head(branchId);
    if (known?.lsn === lsn) return known;
    if (!known || known.lsn < lsn || !Number.isSafeInteger(lsn)) {
      const head = await this.#head(branchId);
      if (head.lsn === lsn) return this.#upTo(branchId, lsn);
      if (!(lsn < head.lsn) || !Number.isSafeInteger(lsn)) {
        const from = await firstLsn(this.#store, branchId);
        throw new LsnOutOfRangeError(branchId, lsn, { from, to: head.lsn });
      }
    }
    return this.#replayer.showed(branchId, lsn);
  }

  /**
   * The LSN of the last commit at or before a time (ms since the epoch); before the branch's own first commit, its
   * parent's, at most at the fork point. A time after the last commit means the head.
   * @throws MomentOutOfRangeError before the project was made; BranchNotFoundError
   */
  lsnAtTime(branchId: number, time: number): Promise<Lsn> {
    return lsnAtTime(this.#store, branchId, time);
  }

  /**
   * The documents at these LSNs of a state, in the same order: from the cache, or from the log in one go. The bytes
   * are shared and must not be changed. At once when all are in memory or the store is embedded.
   * @throws DocumentMissingError when the log does not hold one of them
   */
  documents(state: BranchState, lsns: readonly Lsn[]): MaybePromise<Uint8Array[]> {
    return this.#documents.read(state, lsns);
  }

  /**
   * An index of a collection of a state, built on first demand by reading the collection's documents once; states
   * derived from this one keep it up to date. By name: one that the catalogue has. By definition (see
   * `indexDefinition`): also one that it does not have yet, so that it can be checked before it is created.
   * @throws IndexNotFoundError, IndexUnsupportedError, DocumentMissingError; what extracting keys throws
   */
  indexOf(state: BranchState, collection: string, index: string | IndexDefinition): MaybePromise<IndexView> {
    const tree = this.#indexes.tree(state, collection, index);
    return tree instanceof Promise
      ? tree.then((built) => new ResidentIndexView(built))
      : new ResidentIndexView(tree);
  }

  /** Lets go of states that went unused for long. Called by itself every quarter of `maxIdle`. */
  sweep(): void {
    this.#states.sweep();
    this.#checks.sweep();
  }

  stats(): MaterializerStats {
    const { hits, misses, size, bytes } = this.#cache;
    return { hits, misses, documents: size, bytes, states: this.#states.size };
  }

  /** Stops ageing. States and documents go with the object; the store is its owner's to close. */
  close(): void {
    clearInterval(this.#sweeper);
  }

  #head(branchId: number): MaybePromise<Head> {
    let check = this.#checks.get(branchId);
    if (!check) this.#checks.set(branchId, (check = new Coalesced(() => this.#store.head(branchId))));
    return check.get();
  }

  #upTo(branchId: number, lsn: Lsn): MaybePromise<ResidentBranchState> {
    const known = this.#states.head(branchId);
    return known && known.lsn >= lsn ? known : this.#catchUp(branchId, lsn);
  }

  /** One at a time per branch: whoever needs more than the one under way will reach goes on from there. */
  #catchUp(branchId: number, lsn: Lsn): Promise<ResidentBranchState> {
    const underWay = this.#catchingUp.get(branchId);
    const work = underWay
      ? underWay.then(
          () => this.#upTo(branchId, lsn),
          () => this.#upTo(branchId, lsn),
        )
      : this.#advanceTo(branchId, lsn);
    if (underWay) return work;
    const tracked = work.finally(() => this.#catchingUp.delete(branchId));
    this.#catchingUp.set(branchId, tracked);
    return tracked;
  }

  async #advanceTo(branchId: number, lsn: Lsn): Promise<ResidentBranchState> {
    const known = this.#states.head(branchId);
    if (!known) {
      const { state, trail } = await this.#replayer.head(branchId, lsn);
      return this.#states.setHead(state, 0, trail);
    }
    const state = await this.#replayer.replay(known, lsn, (step, commits, entries) => {
      this.#remember(commits);
      this.#states.setHead(step, entries);
    });
    return this.#states.setHead(state, 0);
  }

  /** Puts new documents where their first readers will look. Says how many entries there were. */
  #remember(commits: readonly Commit[]): number {
    let entries = 0;
    for (const commit of commits) {
      entries += commit.entries.length;
      for (const { lsn, document, recordLsn } of commit.entries) {
        if (document && recordLsn > 0) this.#cache.set(lsn, document);
      }
    }
    return entries;
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

/** The first LSN that can be read on a branch: where its project's first branch begins. */
async function firstLsn(store: Store, branchId: number): Promise<Lsn> {
  for (let id = branchId; ;) {
    const record = await store.branchById(id);
    if (!record) throw new BranchNotFoundError(id);
    if (record.parentId === null) return record.startLsn;
    id = record.parentId;
  }
}
