import type { MongoClient } from 'mongodb';
import type { Actor, Commit, Entry, Lsn } from '../../entry/entry';
import { followChain } from '../../log/follow';
import { HeadWatch } from '../../log/head-watch';
import { watchMoves } from '../../log/moves';
import { BranchNotFoundError } from '../../refs/errors';
import type { BranchRecord, LiveBranch, ProjectRecord } from '../../refs/records';
import { rewritableThrough } from '../../refs/retention';
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
import { MongoChunkStore } from './chunks/chunk-store';
import { MongoSnapshotStore } from './chunks/snapshot-store';
import type { Collections, DeletionNote } from './collections';
import { asArgonError } from './connection/failure';
import type { StoreContext } from './context';
import { Appender } from './log/appender';
import { ChainWatcher } from './log/follow';
import { HeadCheck } from './log/head-check';
import { ChainEnds } from './log/heads';
import { LsnLeases } from './log/leases';
import { PointReader } from './log/points';
import { LogRewriter } from './log/rewriter';
import { LogReader } from './log/reader';
import { Turns } from './log/turns';
import { LogWriter } from './log/writer';
import { MongoPerfStore } from './perf/perf-store';
import { BranchBirths } from './refs/branch-birth';
import { HeadLsnFollower } from './refs/head-lsn';
import { RefLookup } from './refs/lookup';
import { createProject } from './refs/project-birth';
import { deleteProject, sweepDeletions } from './refs/project-deletion';

/** What a connection gives the store. */
export interface MongoStoreConnection {
  readonly client: MongoClient;
  readonly collections: Collections;
  readonly location: string;
  readonly now: () => number;
  /** Deletions of projects that may have left branches open. */
  readonly deletions: readonly DeletionNote[];
}

/**
 * A store in a MongoDB database: collections `wal_log`, `wal_branches`, `wal_projects`, `wal_meta`, `wal_chunks`,
 * `wal_snapshots` and `wal_perf`, readable with any tool. Opened by `openMongoStore`.
 *
 * Every question of the Store port is one query to the primary, of what a majority has; equal questions asked at the
 * same time share one. `known` answers without a query what `project` and `branch` would, as of the branch's newest
 * `head`.
 */
export class MongoStore implements Store {
  readonly kind = 'mongodb';
  readonly location: string;
  readonly supports: StoreSupports = { durable: true, multiProcess: true, compaction: true };
  readonly chunks: MongoChunkStore;
  readonly snapshots: MongoSnapshotStore;
  readonly perf: MongoPerfStore;

  readonly #context: StoreContext;
  readonly #refs: RefLookup;
  readonly #reader: LogReader;
  readonly #points: PointReader;
  readonly #rewriter: LogRewriter;
  readonly #appender: Appender;
  readonly #births: BranchBirths;
  readonly #headLsn: HeadLsnFollower;
  readonly #headCheck: HeadCheck;
  readonly #watch = new HeadWatch();
  readonly #watchers = new Set<ChainWatcher>();
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor({ client, collections, location, now, deletions }: MongoStoreConnection) {
    this.location = location;
    this.#headCheck = new HeadCheck(client, collections.log);
    const ends = new ChainEnds(collections.log, this.#headCheck, (id) => this.#births.complete(id));
    const leases = new LsnLeases(collections.meta);
    const turns = new Turns(collections.meta, ends);
    const writer = new LogWriter(collections, ends, location);
    this.#context = { client, location, collections, ends, leases, turns, writer, now };
    this.#refs = new RefLookup(collections, ends);
    this.#reader = new LogReader(collections.log, location);
    this.#points = new PointReader(collections.log, location);
    this.#rewriter = new LogRewriter(this.#context, this.#points);
    this.#appender = new Appender(this.#context);
    this.#births = new BranchBirths(this.#context, this.#reader, this.#refs, (work) => this.#follow(work));
    this.#headLsn = new HeadLsnFollower(collections.branches);
    const db = client.db(collections.log.dbName);
    const host = { db, now, run: <T>(work: () => Promise<T>) => this.#do(work) };
    this.chunks = new MongoChunkStore(host);
    this.snapshots = new MongoSnapshotStore(host);
    this.perf = new MongoPerfStore(host);
    // Nobody waits for it; what fails is left to the next open.
    if (deletions.length > 0) void this.#do(() => sweepDeletions(this.#context, deletions)).catch(nothing);
  }

  projects(): Promise<readonly ProjectRecord[]> {
    return this.#do(() => this.#refs.projects());
  }

  project(name: string): Promise<ProjectRecord | undefined> {
    return this.#do(() => this.#refs.project(name));
  }

  branches(projectId: number): Promise<readonly BranchRecord[]> {
    return this.#do(() => this.#refs.branches(projectId));
  }

  deletedBranches(projectId: number): Promise<readonly BranchRecord[]> {
    return this.#do(() => this.#refs.branches(projectId, 'deleted'));
  }

  branch(projectId: number, name: string): Promise<BranchRecord | undefined> {
    return this.#do(() => this.#refs.branch(projectId, name));
  }

  branchById(id: number): Promise<BranchRecord | undefined> {
    return this.#do(() => this.#refs.branchById(id));
  }

  known(projectName: string, branchName: string): LiveBranch | undefined {
    return this.#refs.known(projectName, branchName);
  }

  createProject(request: CreateProjectRequest): Promise<{ project: ProjectRecord; branch: BranchRecord }> {
    return this.#do(async () => {
      const made = await createProject(this.#context, request);
      this.#refs.learnProject(made.project);
      this.#refs.learn(made.branch, made.branch.id);
      return made;
    });
  }

  createBranch(request: CreateBranchRequest): Promise<BranchRecord> {
    return this.#do(() => this.#births.create(request));
  }

  deleteProject(projectId: number, actor: Actor): Promise<void> {
    return this.#do(() => deleteProject(this.#context, projectId, actor));
  }

  append(request: AppendRequest): Promise<AppendResult> {
    return this.#do(async () => {
      const result = await this.#appender.append(request);
      if (result.appended) {
        const { branchId, lsn } = result.commits[result.commits.length - 1]!;
        if (request.change === undefined) this.#headLsn.moved(branchId, lsn);
        this.#watch.notify(branchId);
      }
      return result;
    });
  }

  head(branchId: number): Promise<Head> {
    return this.#do(async () => {
      const { lsn, timestamp } = await this.#context.ends.current(branchId);
      return { lsn, timestamp };
    });
  }

  async *commits(branchId: number, range: LogRange): AsyncGenerator<readonly Commit[], void, undefined> {
    this.#checkOpen();
    try {
      let isEmpty = true;
      for await (const batch of this.#reader.commits(branchId, range)) {
        isEmpty = false;
        yield batch;
      }
      if (isEmpty) await this.#checkBranch(branchId);
    } catch (error) {
      throw asArgonError(error, this.location);
    }
  }

  entries(branchId: number, lsns: readonly Lsn[]): Promise<readonly (Entry | undefined)[]> {
    return this.#do(async () => {
      const isKnown = this.#context.ends.known(branchId) !== undefined;
      const entries = await this.#points.entries(branchId, lsns);
      if (entries.some((entry) => entry !== undefined)) return entries;
      await this.#checkBranch(branchId);
      // That may have completed the branch's birth.
      return isKnown ? entries : this.#points.entries(branchId, lsns);
    });
  }

  documents(branchId: number, lsns: readonly Lsn[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#do(async () => {
      const documents = await this.#points.documents(branchId, lsns);
      if (documents.every((document) => document === undefined)) await this.#checkBranch(branchId);
      return documents;
    });
  }

  commitAtOrBefore(branchId: number, bound: { timestamp: number } | { lsn: Lsn }): Promise<Head | undefined> {
    return this.#do(async () => {
      const commit = await this.#reader.commitAtOrBefore(branchId, bound);
      if (commit === undefined) await this.#checkBranch(branchId);
      return commit;
    });
  }

  lastLsn(): Promise<Lsn> {
    return this.#do(async () =>
      Math.max(...(await Promise.all([this.#reader.lastLsn(), this.#refs.lastId()]))),
    );
  }

  async *follow(branchId: number, after: Lsn, signal: AbortSignal): AsyncGenerator<Commit, void, undefined> {
    this.#checkOpen();
    const { client, collections } = this.#context;
    const watcher = new ChainWatcher(client, collections.log, this.#watch, branchId);
    this.#watchers.add(watcher);
    const isOver = () => this.#closing !== undefined || watcher.failure !== undefined;
    try {
      await this.#checkBranch(branchId);
      await watcher.open();
      yield* followChain(this, this.#watch, isOver, branchId, after, signal);
      if (watcher.failure !== undefined) throw asArgonError(watcher.failure, this.location);
    } catch (error) {
      if (this.#closing === undefined) throw asArgonError(error, this.location);
    } finally {
      await watcher.close();
      this.#watchers.delete(watcher);
    }
  }

  async *moves(signal: AbortSignal): AsyncGenerator<number, void, undefined> {
    this.#checkOpen();
    const { client, collections } = this.#context;
    const watcher = new ChainWatcher(client, collections.log, this.#watch);
    this.#watchers.add(watcher);
    const isOver = () => this.#closing !== undefined || watcher.failure !== undefined;
    try {
      await watcher.open();
      yield* watchMoves(this.#watch, isOver, signal);
      if (watcher.failure !== undefined) throw asArgonError(watcher.failure, this.location);
    } catch (error) {
      if (this.#closing === undefined) throw asArgonError(error, this.location);
    } finally {
      await watcher.close();
      this.#watchers.delete(watcher);
    }
  }

  rewrite(branchId: number, changes: readonly EntryRewrite[], compacted: Lsn): Promise<void> {
    return this.#do(async () => {
      const record = await this.#refs.branchById(branchId);
      if (record === undefined) throw new BranchNotFoundError(branchId);
      const through = rewritableThrough(record);
      const below = changes.filter(({ lsn }) => lsn > branchId && lsn <= through);
      await this.#rewriter.rewrite(record, below, compacted);
    });
  }

  size(): Promise<number> {
    return this.#do(async () => {
      const { client, collections } = this.#context;
      const stats = await client.db(collections.log.dbName).command({ dbStats: 1 });
      return Number(stats['storageSize']) + Number(stats['indexSize']);
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#watch.notifyAll();
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    // A stream that is closed together with its client may never be.
    await Promise.allSettled([...this.#watchers].map((watcher) => watcher.close()));
    const { leases, writer, client } = this.#context;
    await Promise.allSettled([leases.close(), writer.close(), this.#headLsn.close()]);
    await this.#headCheck.close();
    await client.close();
  }

  /** Throws BranchNotFoundError where nothing was found because there is no such branch. */
  async #checkBranch(branchId: number): Promise<void> {
    const { ends } = this.#context;
    if (ends.known(branchId) === undefined) await ends.current(branchId);
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new StoreClosedError(this.location);
  }

  /** What goes on after a call was answered; `close` waits for it. */
  #follow(work: Promise<unknown>): void {
    const running = work.catch(nothing).finally(() => this.#underWay.delete(running));
    this.#underWay.add(running);
  }

  /** Does one thing, with errors as Argon's; `close` waits for it. */
  async #do<T>(work: () => Promise<T>): Promise<T> {
    this.#checkOpen();
    const running = work();
    this.#underWay.add(running);
    try {
      return await running;
    } catch (error) {
      throw asArgonError(error, this.location);
    } finally {
      this.#underWay.delete(running);
    }
  }
}

function nothing(): void {}
