import type { Actor, Commit, DraftCommit, Entry, Lsn } from '../../entry/entry';
import { countEntries, madeAt, settleCommits } from '../../entry/settle';
import { batched } from '../../log/batches';
import { followChain } from '../../log/follow';
import { HeadWatch } from '../../log/head-watch';
import { watchMoves } from '../../log/moves';
import { changedRecord, checkChange } from '../../refs/change';
import { branchBirth, branchDeletion, projectBirth, projectDeletion } from '../../refs/control-entries';
import {
  BranchExistsError,
  BranchNotFoundError,
  InvalidForkPointError,
  ProjectExistsError,
  ProjectNotFoundError,
} from '../../refs/errors';
import { forkPlace } from '../../refs/fork-point';
import { checkMerged } from '../../refs/merge-check';
import { newBranch, newProject } from '../../refs/new-records';
import { validateBranchName, validateStoredProjectName } from '../../refs/names';
import type { BranchRecord, ProjectRecord } from '../../refs/records';
import { rewritableThrough, rewrittenRetention } from '../../refs/retention';
import { StoreClosedError } from '../errors';
import type {
  AppendRequest,
  AppendResult,
  BranchChange,
  CreateBranchRequest,
  CreateProjectRequest,
  EntryRewrite,
  Head,
  LogRange,
  Store,
  StoreSupports,
} from '../store';
import { bareCommit } from './bare';
import { Chain } from './chain';
import { MemoryChunkStore } from './chunks/chunk-store';
import { MemorySnapshotStore } from './chunks/snapshot-store';
import { MemoryPerfStore } from './perf-store';

export interface MemoryStoreOptions {
  /** The clock, ms since the epoch. */
  readonly now?: () => number;
}

/** A store in this process's memory: the reference for what a store does, and the fastest for tests. */
export class MemoryStore implements Store {
  readonly kind = 'memory';
  readonly location = 'memory:';
  readonly supports: StoreSupports = {
    durable: false,
    multiProcess: false,
    compaction: true,
    totalOrder: true,
  };
  readonly chunks: MemoryChunkStore;
  readonly snapshots: MemorySnapshotStore;
  readonly perf: MemoryPerfStore;

  readonly #now: () => number;
  readonly #projects = new Map<number, ProjectRecord>();
  readonly #branches = new Map<number, BranchRecord>();
  readonly #chains = new Map<number, Chain>();
  readonly #watch = new HeadWatch();
  #lastLsn: Lsn = 0;
  #closed = false;

  constructor(options: MemoryStoreOptions = {}) {
    this.#now = options.now ?? Date.now;
    const checkOpen = () => this.#checkOpen();
    this.chunks = new MemoryChunkStore({ now: this.#now, checkOpen });
    this.snapshots = new MemorySnapshotStore(checkOpen);
    this.perf = new MemoryPerfStore(checkOpen);
  }

  projects(): readonly ProjectRecord[] {
    this.#checkOpen();
    const live = [...this.#projects.values()].filter((project) => project.status === 'active');
    return live.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  project(name: string): ProjectRecord | undefined {
    return this.projects().find((project) => project.name === name);
  }

  branches(projectId: number): readonly BranchRecord[] {
    this.#checkOpen();
    const isLive = (branch: BranchRecord) => branch.projectId === projectId && branch.status === 'active';
    return [...this.#branches.values()].filter(isLive);
  }

  deletedBranches(projectId: number): readonly BranchRecord[] {
    this.#checkOpen();
    const isDeleted = (branch: BranchRecord) => branch.projectId === projectId && branch.status === 'deleted';
    return [...this.#branches.values()].filter(isDeleted);
  }

  branch(projectId: number, name: string): BranchRecord | undefined {
    return this.branches(projectId).find((branch) => branch.name === name);
  }

  branchById(id: number): BranchRecord | undefined {
    this.#checkOpen();
    return this.#branches.get(id);
  }

  async createProject(
    request: CreateProjectRequest,
  ): Promise<{ project: ProjectRecord; branch: BranchRecord }> {
    this.#checkOpen();
    validateStoredProjectName(request.name);
    validateBranchName(request.branchName);
    if (this.project(request.name)) throw new ProjectExistsError(request.name);
    const id = this.#lastLsn + 1;
    const createdAt = madeAt(request, this.#now());
    const birth = this.#settleBirth(projectBirth(request, id), id + 1, createdAt);
    const { project, branch } = newProject(request, id, createdAt);
    this.#projects.set(id, project);
    this.#addBranch(branch, birth);
    return { project, branch };
  }

  async createBranch(request: CreateBranchRequest): Promise<BranchRecord> {
    this.#checkOpen();
    validateBranchName(request.name);
    if (this.#projects.get(request.projectId)?.status !== 'active')
      throw new ProjectNotFoundError(request.projectId);
    const parent = this.#branches.get(request.parentId);
    if (parent?.projectId !== request.projectId || parent.status === 'deleted') {
      throw new BranchNotFoundError(request.parentId, request.projectId);
    }
    if (this.branch(request.projectId, request.name))
      throw new BranchExistsError(request.name, request.projectId);
    this.#checkForkPoint(parent, request.baseLsn);
    const id = this.#lastLsn + 1;
    const createdAt = Math.max(this.#now(), this.head(parent.id).timestamp);
    const branch = newBranch(request, id, createdAt);
    this.#addBranch(branch, this.#settleBirth(branchBirth(request), id, createdAt));
    return branch;
  }

  async deleteProject(projectId: number, actor: Actor): Promise<void> {
    this.#checkOpen();
    const project = this.#projects.get(projectId);
    if (project?.status !== 'active') throw new ProjectNotFoundError(projectId);
    for (const branch of this.branches(projectId)) {
      this.#write(branch, [branchDeletion(branch.name, actor)], { status: 'deleted' });
    }
    this.#write(this.#branches.get(projectId + 1)!, [projectDeletion(project.name, actor)]);
    this.#projects.set(projectId, { ...project, status: 'deleted' });
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    this.#checkOpen();
    const record = this.#find(request.branchId);
    if (record.status === 'deleted') return { appended: false, reason: 'branch-deleted' };
    if (record.headLsn !== request.after) return { appended: false, reason: 'head-moved' };
    if (request.change !== undefined) {
      checkChange(record, request.change);
      const { name, merged } = request.change;
      if (merged) checkMerged(merged, (id) => this.#branches.get(id));
      if (name !== undefined && name !== record.name && this.branch(record.projectId, name)) {
        throw new BranchExistsError(name, record.projectId);
      }
    }
    return { appended: true, commits: this.#write(record, request.commits, request.change, request) };
  }

  head(branchId: number): Head {
    this.#checkOpen();
    const record = this.#find(branchId);
    const last = this.#chains.get(branchId)!.last;
    return last === undefined
      ? { lsn: record.startLsn, timestamp: record.createdAt }
      : { lsn: last.lsn, timestamp: last.timestamp };
  }

  async *commits(branchId: number, range: LogRange): AsyncGenerator<readonly Commit[], void, undefined> {
    this.#checkOpen();
    const record = this.#find(branchId);
    const chain = this.#chains.get(branchId)!;
    const commits = chain.between(range.after, range.through ?? record.headLsn);
    yield* batched(range.bare === true ? commits.map(bareCommit) : commits);
  }

  entries(branchId: number, lsns: readonly Lsn[]): readonly (Entry | undefined)[] {
    this.#checkOpen();
    const chain = this.#chains.get(this.#find(branchId).id)!;
    return lsns.map((lsn) => chain.entry(lsn));
  }

  documents(branchId: number, lsns: readonly Lsn[]): readonly (Uint8Array | undefined)[] {
    return this.entries(branchId, lsns).map((entry) => entry?.document ?? undefined);
  }

  commitAtOrBefore(branchId: number, bound: { timestamp: number } | { lsn: Lsn }): Head | undefined {
    this.#checkOpen();
    const chain = this.#chains.get(this.#find(branchId).id)!;
    const commit = 'lsn' in bound ? chain.atOrBeforeLsn(bound.lsn) : chain.atOrBeforeTime(bound.timestamp);
    return commit && { lsn: commit.lsn, timestamp: commit.timestamp };
  }

  lastLsn(): Lsn {
    this.#checkOpen();
    return this.#lastLsn;
  }

  follow(branchId: number, after: Lsn, signal: AbortSignal): AsyncIterable<Commit> {
    this.#checkOpen();
    this.#find(branchId);
    return followChain(this, this.#watch, () => this.#closed, branchId, after, signal);
  }

  moves(signal: AbortSignal): AsyncIterable<number> {
    this.#checkOpen();
    return watchMoves(this.#watch, () => this.#closed, signal);
  }

  async rewrite(branchId: number, changes: readonly EntryRewrite[], compacted: Lsn): Promise<void> {
    this.#checkOpen();
    const record = this.#find(branchId);
    this.#chains.get(branchId)!.rewrite(changes, rewritableThrough(record));
    this.#branches.set(branchId, { ...record, retention: rewrittenRetention(record, compacted) });
  }

  size(): number {
    return 0;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#watch.notifyAll();
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreClosedError(this.location);
  }

  #find(branchId: number): BranchRecord {
    const record = this.#branches.get(branchId);
    if (record === undefined) throw new BranchNotFoundError(branchId);
    return record;
  }

  #checkForkPoint(parent: BranchRecord, baseLsn: Lsn): void {
    const place = forkPlace(parent, baseLsn, (id) => this.#branches.get(id));
    if (place.isBoundary) return;
    if (this.#chains.get(place.branch.id)!.atOrBeforeLsn(baseLsn)?.lsn !== baseLsn) {
      throw new InvalidForkPointError(baseLsn, parent.id, parent.headLsn);
    }
  }

  #settleBirth(draft: DraftCommit, branchId: number, timestamp: number): readonly Entry[] {
    const request = { branchId, after: 0, commits: [draft] };
    return settleCommits(request, this.#lastLsn + 1, timestamp)[0]!.entries;
  }

  #addBranch(branch: BranchRecord, birth: readonly Entry[]): void {
    this.#branches.set(branch.id, branch);
    this.#chains.set(branch.id, new Chain(birth));
    this.#lastLsn += birth.length;
  }

  #write(
    record: BranchRecord,
    drafts: readonly DraftCommit[],
    change?: BranchChange,
    made: { readonly at?: number } = {},
  ): readonly Commit[] {
    const head = this.head(record.id);
    const timestamp = Math.max(madeAt(made, this.#now()), head.timestamp);
    const request = { branchId: record.id, after: head.lsn, commits: drafts };
    const commits = settleCommits(request, this.#lastLsn + 1, timestamp);
    this.#lastLsn += countEntries(drafts);
    const chain = this.#chains.get(record.id)!;
    for (const commit of commits) chain.push(commit);
    this.#branches.set(record.id, changedRecord(record, change, commits[commits.length - 1]!.lsn));
    this.#watch.notify(record.id);
    return commits;
  }
}
