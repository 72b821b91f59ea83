import { Long } from 'mongodb';
import { branchBirth } from '../../../refs/control-entries';
import {
  BranchExistsError,
  BranchNotFoundError,
  LsnBelowHorizonError,
  ProjectNotFoundError,
} from '../../../refs/errors';
import { holderOf } from '../../../refs/holder';
import { newBranch } from '../../../refs/new-records';
import { validateBranchName } from '../../../refs/names';
import type { BranchRecord } from '../../../refs/records';
import { isRetained, retentionOf } from '../../../refs/retention';
import type { CreateBranchRequest } from '../../store';
import { duplicateIn } from '../connection/failure';
import { untilKnown } from '../connection/until-known';
import type { StoreContext } from '../context';
import { CommitOutcomeUnknownError } from '../errors';
import type { ChainEnd } from '../log/heads';
import type { LogReader } from '../log/reader';
import { endAfter } from '../log/writer';
import type { RecordGroup } from '../record/shape';
import { birthOf } from './birth-record';
import { closeBranch } from './close-branch';
import { checkForkPoint } from './fork-check';
import type { RefLookup } from './lookup';
import { branchOf, type StoredBranch, storedBranch } from './shape';

/*
 * A branch is made by two plain inserts, one after the other, each until a majority has it in its journal: the branch's
 * record, then the log record of its birth. (A transaction over both took three times as long.) The creation is answered
 * after the first; the second is then under way.
 *
 * The branch's record is the commit point. Its unique index {project_id, name} decides who gets a name; whoever loses
 * has written nothing. The birth follows from the record alone, bit for bit, its `_id` included. So if its writer dies
 * between the two, there is nothing to undo or to sweep: the chain of a branch that has a record is completed by
 * the first who asks for its end (`complete`; every read of a branch, every append and every deletion begins with
 * that question), and if two write the birth, the second finds it written. Nobody sees a branch without its birth. Who
 * asks in the process that made it waits for the birth that is under way.
 *
 * Against the deletion of the project: a creation looks at the project once more after its record is in place; a deletion
 * lists the project's live branches once more after it has marked the project (and closed those it knew), and closes what
 * it finds (see project-deletion.ts). Whichever comes second sees the other: if the record is not in the list, it became
 * visible after the mark, and the creation sees that, closes its own branch and throws. If the one that should have
 * closed the branch is killed before, the deletion's note in `wal_meta` makes the next open do it; nobody finds the branch
 * until then, for the name of its project stands for nothing. The parent is looked at in the same way, as what this
 * process remembers of it may be old.
 */
export class BranchBirths {
  readonly #context: StoreContext;
  readonly #reader: LogReader;
  readonly #refs: RefLookup;
  readonly #follows: (work: Promise<unknown>) => void;
  /** Births that are being written by this process, by the branch's id. */
  readonly #underWay = new Map<number, Promise<ChainEnd>>();

  /** @param follows is told of what goes on after a creation was answered */
  constructor(
    context: StoreContext,
    reader: LogReader,
    refs: RefLookup,
    follows: (work: Promise<unknown>) => void,
  ) {
    this.#context = context;
    this.#reader = reader;
    this.#refs = refs;
    this.#follows = follows;
  }

  /** @throws BranchExistsError, ProjectNotFoundError, BranchNotFoundError (parent), InvalidForkPointError */
  async create(request: CreateBranchRequest): Promise<BranchRecord> {
    validateBranchName(request.name);
    const branch = await this.#prepare(request);
    const recording = this.#writeRecord(branch);
    const birth = birthGroup(branch);
    await recording;
    // Should it fail, whoever asks for the branch next writes it.
    this.#follows(this.#begin(birth));
    const isRefused = await this.#isRefused(request).catch((error: unknown) => {
      // The branch is there; these looks can come later, but this caller cannot be told how they end.
      throw new CommitOutcomeUnknownError(this.#context.location, 'a branch', error);
    });
    if (isRefused) {
      await closeBranch(this.#context, branch, request.actor);
      throw await this.#absent(request);
    }
    await this.#checkHorizon(request, branch);
    this.#refs.learn(branch, branch.id);
    return branch;
  }

  /**
   * Writes the birth of a branch that has a record but no chain, and gives the chain's end; undefined if there is no
   * such branch.
   */
  async complete(branchId: number): Promise<ChainEnd | undefined> {
    const begun = this.#underWay.get(branchId);
    if (begun !== undefined) {
      try {
        return await begun;
      } catch {
        // It was for nobody in particular; this one is told what goes wrong.
      }
    }
    const stored = await this.#context.collections.branches.findOne({ _id: Long.fromNumber(branchId) });
    if (stored === null || stored.parent_id === null) return undefined;
    return this.#writeBirth(birthGroup(branchOf(stored)));
  }

  /** Writes a birth that others of this process may wait for. */
  #begin(birth: RecordGroup): Promise<ChainEnd> {
    const { branchId } = birth;
    const writing = this.#writeBirth(birth).finally(() => this.#underWay.delete(branchId));
    this.#underWay.set(branchId, writing);
    return writing;
  }

  /** After the commit point: whether project or parent were gone before. */
  async #isRefused({ projectId, parentId }: CreateBranchRequest): Promise<boolean> {
    const [isProjectLive, parentEnd] = await Promise.all([
      this.#isLive(projectId),
      this.#context.ends.current(parentId),
    ]);
    return !isProjectLive || parentEnd.closed;
  }

  /**
   * Looks once more whether the fork point is kept: a compaction moves the horizon and then lists the branches, a creation
   * writes its record and then looks here, so whichever comes second sees the other.
   */
  async #checkHorizon(request: CreateBranchRequest, branch: BranchRecord): Promise<void> {
    const { parentId, baseLsn, actor } = request;
    const parent = this.#refs.knownById(parentId) ?? (await this.#refs.branchById(parentId));
    const holder = parent && (await holderOf(parent, baseLsn, (id) => this.#refs.branchById(id)));
    if (holder === undefined || isRetained(holder, baseLsn)) return;
    await closeBranch(this.#context, branch, actor);
    throw new LsnBelowHorizonError(holder.id, baseLsn, { lsn: retentionOf(holder).horizon });
  }

  /** The record of a branch to be. The LSN and what must hold are asked for at the same time. */
  async #prepare(request: CreateBranchRequest): Promise<BranchRecord> {
    const { leases, now } = this.#context;
    const [lease, check] = await Promise.allSettled([leases.take(1, request.baseLsn), this.#check(request)]);
    if (check.status === 'rejected') {
      if (lease.status === 'fulfilled') leases.untake(lease.value, 1);
      throw check.reason;
    }
    if (lease.status === 'rejected') throw lease.reason;
    return newBranch(request, lease.value, Math.max(now(), check.value));
  }

  /** Checks parent and fork point; gives the time of the parent's head. Asks nothing if this process knows the parent. */
  async #check(request: CreateBranchRequest): Promise<number> {
    const { parentId, projectId, baseLsn } = request;
    const parent = this.#refs.knownById(parentId) ?? (await this.#refs.branchById(parentId));
    if (parent?.projectId !== projectId || parent.status === 'deleted') throw await this.#absent(request);
    return checkForkPoint(this.#context, this.#reader, parent, baseLsn);
  }

  /** The commit point. */
  async #writeRecord(branch: BranchRecord): Promise<void> {
    const { collections, leases, location } = this.#context;
    const stored = storedBranch(branch);
    try {
      await untilKnown<StoredBranch>({
        attempt: async () => void (await collections.branches.insertOne(stored)),
        look: async () => (await collections.branches.findOne({ _id: stored._id })) ?? undefined,
        unknown: (cause) => new CommitOutcomeUnknownError(location, 'a branch', cause),
      });
    } catch (error) {
      if (!(error instanceof CommitOutcomeUnknownError)) leases.untake(branch.id, 1);
      if (duplicateIn(error) === 'name') throw new BranchExistsError(branch.name, branch.projectId);
      throw error;
    }
  }

  /** Writes what follows from the record, unless it is there. */
  async #writeBirth(group: RecordGroup): Promise<ChainEnd> {
    const { collections, ends, location } = this.#context;
    const [record] = group.records;
    await untilKnown({
      attempt: async () => void (await collections.log.insertOne(record!)),
      look: async () =>
        (await collections.log.findOne(
          { branch_id: record!.branch_id, _id: record!._id },
          { projection: { _id: 1 } },
        )) ?? undefined,
      unknown: (cause) => new CommitOutcomeUnknownError(location, 'a branch', cause),
    });
    const end = endAfter(group);
    ends.saw(group.branchId, end);
    return end;
  }

  /** Why a parent cannot be one. */
  async #absent({ projectId, parentId }: CreateBranchRequest): Promise<Error> {
    const isProjectLive = await this.#isLive(projectId);
    return isProjectLive ? new BranchNotFoundError(parentId, projectId) : new ProjectNotFoundError(projectId);
  }

  async #isLive(projectId: number): Promise<boolean> {
    const { projects } = this.#context.collections;
    const project = await projects.findOne(
      { _id: Long.fromNumber(projectId) },
      { projection: { status: 1 } },
    );
    return project?.status === 'active';
  }
}

/** What follows from a branch's record. */
function birthGroup(branch: BranchRecord): RecordGroup {
  const { name, projectId, parentId, baseLsn, createdBy } = branch;
  const request = { name, projectId, parentId: parentId!, baseLsn, actor: createdBy };
  return birthOf(branch, branchBirth(request), branch.id);
}
