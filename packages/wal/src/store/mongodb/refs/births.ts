import { type ClientSession, Long } from 'mongodb';
import type { DraftCommit, Lsn } from '../../../entry/entry';
import { settleCommits } from '../../../entry/settle';
import { branchBirth, projectBirth } from '../../../refs/control-entries';
import {
  BranchExistsError,
  BranchNotFoundError,
  ProjectExistsError,
  ProjectNotFoundError,
} from '../../../refs/errors';
import { validateBranchName, validateProjectName } from '../../../refs/names';
import type { BranchRecord, ProjectRecord } from '../../../refs/records';
import type { CreateBranchRequest, CreateProjectRequest } from '../../store';
import { asArgonError, duplicateIn } from '../connection/failure';
import { inTransaction } from '../connection/transaction';
import { untilKnown } from '../connection/until-known';
import type { StoreContext } from '../context';
import { CommitOutcomeUnknownError } from '../errors';
import type { LogReader } from '../log/reader';
import { endAfter } from '../log/writer';
import { packGroup } from '../record/pack';
import type { RecordGroup } from '../record/shape';
import { checkForkPoint } from './fork-check';
import { branchOf, type StoredBranch, storedBranch, storedProject } from './shape';

/** A branch that is about to be. */
interface Birth {
  readonly branch: BranchRecord;
  readonly group: RecordGroup;
}

/** Makes projects and branches: the records and the control entries, in one transaction. */
export class Births {
  readonly #context: StoreContext;
  readonly #reader: LogReader;
  /** The last creation under way in each project. */
  readonly #turns = new Map<number, Promise<void>>();

  constructor(context: StoreContext, reader: LogReader) {
    this.#context = context;
    this.#reader = reader;
  }

  async createProject(
    request: CreateProjectRequest,
  ): Promise<{ project: ProjectRecord; branch: BranchRecord }> {
    const { collections, leases, now } = this.#context;
    validateProjectName(request.name);
    validateBranchName(request.branchName);
    const taken = await collections.projects.findOne({ name: request.name, status: 'active' });
    if (taken !== null) throw new ProjectExistsError(request.name);
    const id = await leases.take(2, 0);
    const createdAt = now();
    const project: ProjectRecord = { id, name: request.name, createdAt, status: 'active' };
    const branch: BranchRecord = {
      id: id + 1,
      projectId: id,
      name: request.branchName,
      parentId: null,
      baseLsn: 0,
      startLsn: id + 1,
      headLsn: id + 1,
      resets: [],
      createdAt,
      createdBy: request.actor,
      protected: false,
      expiresAt: null,
      status: 'active',
    };
    const birth = { branch, group: birthOf(branch, projectBirth(request, id), id) };
    try {
      await this.#write(Promise.resolve(birth), async (session) => {
        await collections.projects.insertOne(storedProject(project), { session });
      });
    } catch (error) {
      this.#releaseIfUnwritten(error, birth.group);
      if (duplicateIn(error) === 'name') throw new ProjectExistsError(request.name);
      throw error;
    }
    return { project, branch };
  }

  /** Creations in one project take turns: they all change the project's record, and would only disturb each other. */
  createBranch(request: CreateBranchRequest): Promise<BranchRecord> {
    const { projectId } = request;
    const before = this.#turns.get(projectId) ?? Promise.resolve();
    const creation = before.then(() => this.#createBranch(request));
    const turn = creation
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => {
        if (this.#turns.get(projectId) === turn) this.#turns.delete(projectId);
      });
    this.#turns.set(projectId, turn);
    return creation;
  }

  async #createBranch(request: CreateBranchRequest): Promise<BranchRecord> {
    const { projects } = this.#context.collections;
    validateBranchName(request.name);
    // What can be asked beforehand is asked while the transaction begins. If that fails, nothing was written.
    const prepared = this.#prepare(request).catch((error: unknown) => {
      throw asArgonError(error, this.#context.location);
    });
    prepared.catch(() => undefined);
    const live = { _id: Long.fromNumber(request.projectId), status: 'active' } as const;
    try {
      await this.#write(prepared, async (session) => {
        // A change, not a look, so that a deletion of the project at the same time conflicts.
        const counted = await projects.updateOne(live, { $inc: { branches: 1 } }, { session });
        if (counted.matchedCount === 0) throw new ProjectNotFoundError(request.projectId);
      });
      return (await prepared).branch;
    } catch (error) {
      await prepared.then(
        ({ group }) => this.#releaseIfUnwritten(error, group),
        () => undefined,
      );
      if (duplicateIn(error) === 'name') throw new BranchExistsError(request.name, request.projectId);
      throw error;
    }
  }

  /** The record and the log entry of a branch to be. */
  async #prepare(request: CreateBranchRequest): Promise<Birth> {
    const [id, parentTime] = await this.#leaseAndCheck(request);
    const branch: BranchRecord = {
      id,
      projectId: request.projectId,
      name: request.name,
      parentId: request.parentId,
      baseLsn: request.baseLsn,
      startLsn: request.baseLsn,
      headLsn: request.baseLsn,
      resets: [],
      createdAt: Math.max(this.#context.now(), parentTime),
      createdBy: request.actor,
      protected: request.protected ?? false,
      expiresAt: request.expiresAt ?? null,
      status: 'active',
    };
    return { branch, group: birthOf(branch, branchBirth(request), id) };
  }

  /** The LSN and what must hold, asked for at the same time; the LSN goes back if it does not. */
  async #leaseAndCheck(request: CreateBranchRequest): Promise<[Lsn, number]> {
    const { leases } = this.#context;
    const [lease, check] = await Promise.allSettled([leases.take(1, request.baseLsn), this.#check(request)]);
    if (check.status === 'rejected') {
      if (lease.status === 'fulfilled') leases.untake(lease.value, 1);
      throw check.reason;
    }
    if (lease.status === 'rejected') throw lease.reason;
    return [lease.value, check.value];
  }

  /** Checks parent, name and fork point; gives the time of the parent's head. */
  async #check({ projectId, name, parentId, baseLsn }: CreateBranchRequest): Promise<number> {
    const { branches } = this.#context.collections;
    const project = Long.fromNumber(projectId);
    const found = await branches
      .find({ $or: [{ _id: Long.fromNumber(parentId) }, { project_id: project, name, status: 'active' }] })
      .toArray();
    const parent = found.map(branchOf).find(({ id }) => id === parentId);
    if (parent?.projectId !== projectId || parent.status === 'deleted') {
      throw new BranchNotFoundError(parentId, projectId);
    }
    if (found.some((branch) => branch.name === name && branch.status === 'active')) {
      throw new BranchExistsError(name, projectId);
    }
    return checkForkPoint(this.#context, this.#reader, parent, baseLsn);
  }

  /** Writes what `first` does, the branch's record and its log entry, in one transaction. */
  async #write(prepared: Promise<Birth>, first: (session: ClientSession) => Promise<void>): Promise<void> {
    const { client, collections, ends, writer, location } = this.#context;
    await untilKnown<StoredBranch>({
      attempt: () =>
        inTransaction(client, async (session) => {
          await first(session);
          const { branch, group } = await prepared;
          await collections.branches.insertOne(storedBranch(branch), { session });
          await writer.writeWithin(session, group.records);
        }),
      look: async () => {
        const { branch } = await prepared;
        return (await collections.branches.findOne({ _id: Long.fromNumber(branch.id) })) ?? undefined;
      },
      unknown: (cause) => new CommitOutcomeUnknownError(location, 'a branch', cause),
    });
    const { branch, group } = await prepared;
    ends.saw(branch.id, endAfter(group));
  }

  #releaseIfUnwritten(error: unknown, group: RecordGroup): void {
    if (error instanceof CommitOutcomeUnknownError) return;
    this.#context.leases.untake(group.firstLsn, group.lsn - group.firstLsn + 1);
  }
}

function birthOf(branch: BranchRecord, draft: DraftCommit, firstLsn: Lsn): RecordGroup {
  const unsettled = { branchId: branch.id, after: 0, commits: [draft] };
  const commits = settleCommits(unsettled, firstLsn, branch.createdAt);
  return packGroup(commits, { refLsn: branch.id, changesRef: true, startLsn: branch.startLsn });
}
