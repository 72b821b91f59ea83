import type { Actor, Commit, Entry, Lsn } from '../../entry/entry';
import { madeAt } from '../../entry/settle';
import { followChain } from '../../log/follow';
import { watchMoves } from '../../log/moves';
import { BranchNotFoundError } from '../../refs/errors';
import { validateBranchName, validateStoredProjectName } from '../../refs/names';
import type { BranchRecord, ProjectRecord } from '../../refs/records';
import { retentionOf, rewritableThrough } from '../../refs/retention';
import { StoreClosedError } from '../errors';
import type {
  AppendRequest,
  AppendResult,
  CreateBranchRequest,
  CreateProjectRequest,
  EntryRewrite,
  Head,
  LogRange,
  Store,
  StoreSupports,
} from '../store';
import { type DeltaPlan, planDeltas, WHOLE } from './blocks/delta-plan';
import { ChainReader } from './chain-reader';
import { compactCopy } from './compact-copy';
import { LmdbChunkStore, type LmdbHost } from './chunks/chunk-store';
import { LmdbSnapshotStore } from './chunks/snapshot-store';
import { acquireEnvironment, type Environment } from './environment';
import { lmdbFailure } from './failure';
import { isSmall } from './inline-cost';
import { branchKey, LAST_LSN_KEY, readLastLsn } from './keys';
import { NamedRefs } from './named-refs';
import { LmdbPerfStore } from './perf-store';
import { readHead } from './record-codec';
import {
  databaseSource,
  deletedBranches,
  liveBranches,
  liveProjects,
  type RefsSource,
  storedBranch,
} from './refs-reader';
import { PreparedAppend } from './prepared-append';
import { append, createBranch, createProject, deleteProject, rewrite } from './writes';

export interface LmdbStoreOptions {
  /** Whether a store that is not there may be made; false throws StoreNotFoundError. Default true. */
  readonly create?: boolean;
  /** How long a write waits for other processes before it gives up with StoreLockedError, ms. Default 30 s. */
  readonly lockTimeoutMs?: number;
  /** How often a follower looks for commits of other processes, ms. Default 20. */
  readonly pollMs?: number;
  /**
   * Whether small writes go to the journal first, which takes one flush instead of LMDB's two (Linux only). Default
   * true; the first handle of a process decides.
   */
  readonly journal?: boolean;
  /** The clock, ms since the epoch. */
  readonly now?: () => number;
}

/**
 * Opens the store in a folder. Any number of handles, in this process and others, may be open at once.
 * @throws StoreNotFoundError, NotAStoreError, StoreAccessError, StoreCorruptError, StoreVersionError
 */
export async function openLmdbStore(path: string, options: LmdbStoreOptions = {}): Promise<LmdbStore> {
  const location = `lmdb:${path}`;
  const environment = await acquireEnvironment(path, location, {
    create: options.create ?? true,
    lockTimeoutMs: options.lockTimeoutMs ?? 30_000,
    journal: options.journal ?? true,
  });
  return new LmdbStore(environment, location, options);
}

/**
 * A store in one LMDB environment. Reads answer at once from the memory map and see every commit of any process that
 * was acknowledged before; writes are grouped and acknowledged after the flush.
 */
export class LmdbStore implements Store {
  readonly kind = 'lmdb';
  readonly supports: StoreSupports = {
    durable: true,
    multiProcess: true,
    compaction: true,
    totalOrder: true,
  };
  readonly chunks: LmdbChunkStore;
  readonly snapshots: LmdbSnapshotStore;
  readonly perf: LmdbPerfStore;

  readonly #environment: Environment;
  readonly #refs: RefsSource;
  readonly #named: NamedRefs;
  readonly #chains: ChainReader;
  readonly #now: () => number;
  readonly #pollMs: number;
  #closed: Promise<void> | undefined;

  /** Made by `openLmdbStore`. */
  constructor(
    environment: Environment,
    readonly location: string,
    options: LmdbStoreOptions,
  ) {
    this.#environment = environment;
    this.#refs = databaseSource(environment.db);
    this.#named = new NamedRefs(environment.db);
    this.#chains = new ChainReader(environment.db, location);
    this.#now = options.now ?? Date.now;
    this.#pollMs = options.pollMs ?? 20;
    const { db, queue } = environment;
    const host: LmdbHost = {
      db,
      queue,
      location,
      now: this.#now,
      checkOpen: () => this.#checkOpen(),
      read: (work) => this.#read(work),
    };
    this.chunks = new LmdbChunkStore(host);
    this.snapshots = new LmdbSnapshotStore(host);
    this.perf = new LmdbPerfStore(host);
  }

  get tellsFlushes(): boolean {
    return true;
  }

  projects(): readonly ProjectRecord[] {
    return this.#read(() => liveProjects(this.#refs));
  }

  project(name: string): ProjectRecord | undefined {
    return this.#read(() => this.#named.project(name));
  }

  branches(projectId: number): readonly BranchRecord[] {
    return this.#read(() => liveBranches(this.#refs, projectId));
  }

  deletedBranches(projectId: number): readonly BranchRecord[] {
    return this.#read(() => deletedBranches(this.#environment.db, this.#refs, projectId));
  }

  branch(projectId: number, name: string): BranchRecord | undefined {
    return this.#read(() => this.#named.branch(projectId, name));
  }

  branchById(id: number): BranchRecord | undefined {
    return this.#read(() => storedBranch(this.#refs, id)?.record);
  }

  async createProject(
    request: CreateProjectRequest,
  ): Promise<{ project: ProjectRecord; branch: BranchRecord }> {
    this.#checkOpen();
    validateStoredProjectName(request.name);
    validateBranchName(request.branchName);
    return this.#environment.queue.run((transaction) =>
      createProject(transaction, request, madeAt(request, this.#now())),
    );
  }

  async createBranch(request: CreateBranchRequest): Promise<BranchRecord> {
    this.#checkOpen();
    validateBranchName(request.name);
    const { db, queue } = this.#environment;
    return queue.run((transaction) => {
      const chains = new ChainReader(db, this.location, { hasCache: false });
      return createBranch(transaction, chains, request, this.#now());
    }, 'small');
  }

  async deleteProject(projectId: number, actor: Actor): Promise<void> {
    this.#checkOpen();
    const { queue, watch } = this.#environment;
    const branchIds = await queue.run((transaction) =>
      deleteProject(transaction, projectId, actor, this.#now()),
    );
    for (const id of branchIds) watch.notify(id);
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    // Most lost races are seen here already, without waiting for the lock.
    const { branchId, after, commits } = request;
    const { lost, plan } = this.#read((): { lost?: AppendResult; plan: DeltaPlan } => {
      const head = this.#head(branchId);
      if (head.deleted) return { lost: { appended: false, reason: 'branch-deleted' }, plan: WHOLE };
      if (head.lsn !== after) return { lost: { appended: false, reason: 'head-moved' }, plan: WHOLE };
      const find = (id: number) => storedBranch(this.#refs, id)?.record;
      return { plan: planDeltas(this.#chains.versions, branchId, commits, find) };
    });
    if (lost !== undefined) return lost;
    const prepared = PreparedAppend.of(request, plan, this.#now);
    const { queue, refresh } = this.#environment;
    const result = await queue.run(
      (transaction) => {
        const result = append(transaction, request, plan, this.#now(), prepared);
        request.flushing?.();
        return result;
      },
      isSmall(commits) ? 'small' : 'any',
      prepared &&
        (() => {
          refresh();
          return prepared.prepare(this.#refs);
        }),
    );
    if (!result.appended) return result;
    this.#chains.versions.committed(result.commits, plan.versions);
    this.#environment.watch.notify(branchId);
    return result;
  }

  head(branchId: number): Head {
    return this.#read(() => {
      const { lsn, timestamp } = this.#head(branchId);
      return { lsn, timestamp };
    });
  }

  async *commits(branchId: number, range: LogRange): AsyncGenerator<readonly Commit[], void, undefined> {
    const { bare = false } = range;
    let { after, through, horizon } = this.#read(() => {
      const record = this.#find(branchId);
      const { startLsn, headLsn } = record;
      const { horizon } = retentionOf(record);
      const start = this.#chains.commitAtOrBeforeLsn(branchId, range.after)?.lsn ?? startLsn;
      return { after: start, through: Math.min(range.through ?? headLsn, headLsn), horizon };
    });
    while (after < through) {
      const batch = this.#read(() => this.#chains.nextCommits(branchId, after, through, { horizon, bare }));
      if (batch.length === 0) return;
      after = batch[batch.length - 1]!.lsn;
      yield batch;
    }
  }

  entries(branchId: number, lsns: readonly Lsn[]): readonly (Entry | undefined)[] {
    return this.#read(() => {
      this.#head(branchId);
      return lsns.map((lsn) => this.#chains.entry(branchId, lsn));
    });
  }

  previous(branchId: number, lsn: Lsn): Lsn | undefined {
    return this.#read(() => this.#chains.previous(branchId, lsn));
  }

  documents(branchId: number, lsns: readonly Lsn[]): readonly (Uint8Array | undefined)[] {
    this.#checkOpen();
    try {
      const documents = new Array<Uint8Array | undefined>(lsns.length);
      let isFresh = false;
      for (let i = 0; i < lsns.length; i++) {
        let document = this.#chains.document(branchId, lsns[i]!);
        // An entry never changes, so only what is missing calls for a look at what others have committed since.
        if (document === undefined && !isFresh) {
          this.#environment.refresh();
          isFresh = true;
          this.#head(branchId);
          document = this.#chains.document(branchId, lsns[i]!);
        }
        documents[i] = document ?? undefined;
      }
      return documents;
    } catch (error) {
      throw lmdbFailure(this.location, error);
    }
  }

  commitAtOrBefore(branchId: number, bound: { timestamp: number } | { lsn: Lsn }): Head | undefined {
    return this.#read(() => {
      const head = this.#head(branchId);
      return 'lsn' in bound
        ? this.#chains.commitAtOrBeforeLsn(branchId, Math.min(bound.lsn, head.lsn))
        : this.#chains.commitAtOrBeforeTime(branchId, bound.timestamp, {
            lsn: head.lsn,
            timestamp: head.timestamp,
          });
    });
  }

  lastLsn(): Lsn {
    return this.#read(() => readLastLsn(this.#environment.db.get(LAST_LSN_KEY)));
  }

  follow(branchId: number, after: Lsn, signal: AbortSignal): AsyncIterable<Commit> {
    this.#read(() => this.#head(branchId));
    const isClosed = () => this.#closed !== undefined;
    return followChain(this, this.#environment.watch, isClosed, branchId, after, signal, this.#pollMs);
  }

  moves(signal: AbortSignal): AsyncIterable<number> {
    let last = this.lastLsn();
    const isClosed = () => this.#closed !== undefined;
    const hasMoved = () => last !== (last = this.lastLsn());
    return watchMoves(this.#environment.watch, isClosed, signal, { ms: this.#pollMs, hasMoved });
  }

  async rewrite(branchId: number, changes: readonly EntryRewrite[], compacted: Lsn): Promise<void> {
    const through = this.#read(() => rewritableThrough(this.#find(branchId)));
    const { db, queue } = this.#environment;
    const dependents = await this.#chains.dependents(branchId, through, (work) => this.#read(work));
    await queue.run((transaction) => {
      // What it keeps goes with the transaction.
      const chains = new ChainReader(db, this.location);
      rewrite(transaction, chains, branchId, changes, compacted, dependents);
    });
    this.#chains.clear();
  }

  /** See `compactCopy`. @throws NotAStoreError */
  compactCopy(path: string): Promise<number> {
    this.#checkOpen();
    return compactCopy(this.#environment.db, path);
  }

  size(): number {
    this.#checkOpen();
    return this.#environment.size();
  }

  close(): Promise<void> {
    if (this.#closed === undefined) {
      this.#closed = this.#environment.release();
      this.#environment.watch.notifyAll();
    }
    return this.#closed;
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) throw new StoreClosedError(this.location);
  }

  /** Reads in a transaction that sees everything committed up to now, by whomever. */
  #read<T>(work: () => T): T {
    this.#checkOpen();
    try {
      this.#environment.refresh();
      return work();
    } catch (error) {
      throw lmdbFailure(this.location, error);
    }
  }

  #head(branchId: number): { lsn: Lsn; timestamp: number; deleted: boolean } {
    const bytes = this.#environment.db.getBinaryFast(branchKey(branchId));
    if (bytes === undefined) throw new BranchNotFoundError(branchId);
    return readHead(bytes);
  }

  #find(branchId: number): BranchRecord {
    const stored = storedBranch(this.#refs, branchId);
    if (stored === undefined) throw new BranchNotFoundError(branchId);
    return stored.record;
  }
}
