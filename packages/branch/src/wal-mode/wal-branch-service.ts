import type { Moment } from '@argon/engine';
import type { Materializer } from '@argon/materializer';
import {
  BranchNotFoundError,
  ProjectNotFoundError,
  branchDeletion,
  lookAtBranch,
  validateBranchName,
  validateProjectName,
  type Actor,
  type BranchRecord,
  type KeepPolicy,
  type Lsn,
  type Pin,
  type ProjectRecord,
  type Store,
} from '@argon/wal';
import type { BranchType } from '../flags/flags';
import type {
  BranchInfo,
  BranchService,
  CreateBranchOptions,
  ResetPreview,
  ResetReport,
} from '../service/contract';
import { BranchProtectedError, LastBranchError, NoLegacyError } from '../service/errors';
import { appendControl, controlCommit } from './change';
import { createBranch } from './create';
import { previewReset, resetBranch } from './reset';
import { checkPolicy, pinChange, policyChange, unpinChange } from './retention';

/** The name of a project's first branch. */
const FIRST_BRANCH = 'main';

/** Projects and branches in the log. */
export class WalBranchService implements BranchService {
  constructor(
    private readonly store: Store,
    private readonly materializer: Materializer,
  ) {}

  async createProject(name: string, actor: Actor): Promise<{ project: ProjectRecord; branch: BranchInfo }> {
    validateProjectName(name);
    const { project, branch } = await this.store.createProject({ name, branchName: FIRST_BRANCH, actor });
    return { project, branch: await this.describe(branch, project) };
  }

  async projects(): Promise<readonly ProjectRecord[]> {
    return this.store.projects();
  }

  async project(name: string): Promise<ProjectRecord> {
    validateProjectName(name);
    const project = await this.store.project(name);
    if (project === undefined) throw new ProjectNotFoundError(name);
    return project;
  }

  async deleteProject(name: string, actor: Actor): Promise<void> {
    const project = await this.project(name);
    await this.store.deleteProject(project.id, actor);
  }

  async create(
    project: string,
    name: string,
    options: CreateBranchOptions & { readonly type?: BranchType },
    actor: Actor,
  ): Promise<BranchInfo> {
    if (options.type === 'traditional') throw new NoLegacyError(name);
    const from = options.from ?? FIRST_BRANCH;
    validateProjectName(project);
    validateBranchName(from);
    validateBranchName(name);
    const found = await lookAtBranch(this.store, project, from, (id) => this.store.head(id));
    if (found === 'no-project') throw new ProjectNotFoundError(project);
    if (found === 'no-branch') throw new BranchNotFoundError(from, (await this.project(project)).id);
    const record = await createBranch(this.store, this.materializer, found, name, options, actor);
    // A fork below the parent's own base hangs on the ancestor that holds it.
    if (record.parentId !== found.branch.id) return this.describe(record, found.project);
    return { ...record, type: 'wal', headAt: record.createdAt, project, parent: found.branch.name };
  }

  async list(project: string): Promise<readonly BranchInfo[]> {
    const owner = await this.project(project);
    const records = await this.store.branches(owner.id);
    return Promise.all(records.map((record) => this.describe(record, owner)));
  }

  async get(project: string, name: string): Promise<BranchInfo> {
    const owner = await this.project(project);
    return this.describe(await this.record(owner, name), owner);
  }

  async rename(project: string, name: string, to: string, actor: Actor): Promise<BranchInfo> {
    validateBranchName(to);
    return this.change(
      project,
      name,
      { name: to },
      controlCommit('rename_branch', { from: name, to }, actor),
      to,
    );
  }

  async protect(project: string, name: string, on: boolean, actor: Actor): Promise<BranchInfo> {
    return this.change(
      project,
      name,
      { protected: on },
      controlCommit('modify_branch', { protected: on }, actor),
    );
  }

  async expire(project: string, name: string, at: number | null, actor: Actor): Promise<BranchInfo> {
    const document = { expires_at: at === null ? null : new Date(at) };
    return this.change(project, name, { expiresAt: at }, controlCommit('modify_branch', document, actor));
  }

  async delete(project: string, name: string, actor: Actor): Promise<void> {
    const owner = await this.project(project);
    const record = await this.record(owner, name);
    if (record.protected) throw new BranchProtectedError(name, 'delete');
    if (record.parentId === null) throw new LastBranchError(name, project);
    await appendControl(this.store, record.id, branchDeletion(name, actor), { status: 'deleted' });
  }

  async sweep(project: string, actor: Actor, now = Date.now()): Promise<readonly string[]> {
    const due = (await this.list(project)).filter((branch) => isDue(branch, now));
    for (const branch of due) {
      await appendControl(this.store, branch.id, branchDeletion(branch.name, actor), { status: 'deleted' });
    }
    return due.map((branch) => branch.name);
  }

  async previewReset(project: string, name: string, to: Moment): Promise<ResetPreview> {
    const record = await this.record(await this.project(project), name);
    return previewReset(this.store, this.materializer, record, to);
  }

  async reset(project: string, name: string, to: Moment, actor: Actor): Promise<ResetReport> {
    const record = await this.record(await this.project(project), name);
    return resetBranch(this.store, this.materializer, record, to, actor);
  }

  async keep(
    project: string,
    branch: string | undefined,
    policy: KeepPolicy | null,
    actor: Actor,
  ): Promise<BranchInfo> {
    const owner = await this.project(project);
    const own = branch === undefined ? undefined : await this.record(owner, branch);
    await checkPolicy(this.store, owner, own, policy);
    // A project's first branch has the LSN after the project's as its id, and may have been renamed.
    const first = branch === undefined ? await this.store.branchById(owner.id + 1) : undefined;
    const { change, commit } = policyChange(branch === undefined ? 'project' : 'branch', policy, actor);
    return this.change(project, branch ?? first?.name ?? FIRST_BRANCH, change, commit);
  }

  async pin(
    project: string,
    branch: string,
    name: string,
    at: Moment | undefined,
    actor: Actor,
  ): Promise<Pin> {
    const record = await this.record(await this.project(project), branch);
    const { lsn } = await this.store.head(record.id);
    const { pin, change, commit } = await pinChange(this.materializer, record, name, at, lsn, actor);
    await appendControl(this.store, record.id, commit, change);
    return pin;
  }

  async unpin(project: string, branch: string, name: string, actor: Actor): Promise<void> {
    const record = await this.record(await this.project(project), branch);
    const { change, commit } = unpinChange(name, actor);
    await appendControl(this.store, record.id, commit, change);
  }

  async currentLsn(): Promise<Lsn> {
    return this.store.lastLsn();
  }

  private async change(
    project: string,
    name: string,
    change: Parameters<typeof appendControl>[3],
    commit: Parameters<typeof appendControl>[2],
    newName = name,
  ): Promise<BranchInfo> {
    const owner = await this.project(project);
    const record = await this.record(owner, name);
    await appendControl(this.store, record.id, commit, change);
    return this.describe(await this.record(owner, newName), owner);
  }

  private async record(project: ProjectRecord, name: string): Promise<BranchRecord> {
    validateBranchName(name);
    const record = await this.store.branch(project.id, name);
    if (record === undefined) throw new BranchNotFoundError(name, project.id);
    return record;
  }

  private async describe(record: BranchRecord, project: ProjectRecord): Promise<BranchInfo> {
    const head = await this.store.head(record.id);
    const parent = record.parentId === null ? undefined : await this.store.branchById(record.parentId);
    return {
      ...record,
      type: 'wal',
      headLsn: head.lsn,
      headAt: head.timestamp,
      project: project.name,
      parent: parent?.name ?? null,
    };
  }
}

/** Whether a branch may be removed now, for its time has come. */
export function isDue({ protected: kept, parentId, expiresAt }: BranchRecord, now: number): boolean {
  return !kept && parentId !== null && expiresAt !== null && expiresAt <= now;
}
