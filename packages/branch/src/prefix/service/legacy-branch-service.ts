import type { Timestamp } from '@argon/bson';
import { DEFAULT_BRANCH } from '@argon/engine';
import {
  BranchExistsError,
  BranchNotFoundError,
  ProjectNotFoundError,
  validateBranchName,
  validateProjectName,
  type Actor,
} from '@argon/wal';
import { BranchProtectedError, LastBranchError } from '../../service/errors';
import type { Watch } from '../../steps/watch';
import { PrefixTakenError, WalOnlyError } from '../errors';
import { Prefixes } from '../names/prefixes';
import type { BranchDirectory, Known } from './branch-directory';
import type { LegacyBranch } from './branch-records';
import { claim, clearAllDead, type HeldClaim } from './claims';
import type { CreateTraditionalOptions, TraditionalBranch } from './contract';
import { copyBranch } from './copy/copy-branch';
import { dropCollections } from './drop-collections';
import { recordOf } from './record-of';

/** What a new branch's collections are made with. */
export interface Filling {
  /** With the new branch's own among them. */
  readonly prefixes: Prefixes;
  /** When its name was claimed, by the server's clock of the data; undefined on a standalone server. */
  readonly time: Timestamp | undefined;
}

/**
 * Branches of a legacy database: records in `branches`, collections under prefixes. Methods are named as the
 * BranchService's of the log; what only that can do throws WalOnlyError.
 */
export class LegacyBranchService {
  constructor(
    readonly directory: BranchDirectory,
    /** Whether somebody else has a name: asked when it is claimed, and of the first branch's when the last one here goes. */
    private readonly isTaken: (name: string) => Promise<boolean> = async () => false,
  ) {}

  /** @throws ProjectNotFoundError, InvalidNameError, LegacyProjectsError */
  async list(project: string): Promise<readonly TraditionalBranch[]> {
    const { branches } = await this.known(project);
    return [...branches.values()].filter(({ useWal }) => !useWal).map((branch) => this.describe(branch));
  }

  /** @throws ProjectNotFoundError, BranchNotFoundError, InvalidNameError, NotTraditionalError */
  async get(project: string, name: string): Promise<TraditionalBranch> {
    return this.describe(recordOf(await this.known(project), name));
  }

  /**
   * Copies a branch, collection by collection: the documents are those of the moment at which the copy began. The branch is
   * there once everything is; what fails or is stopped leaves nothing.
   * @throws BranchExistsError, BranchNotFoundError, BranchBusyError, PrefixTakenError, PrefixAmbiguousError,
   * UncopiableError, the watch's reason
   */
  async create(
    project: string,
    name: string,
    options: CreateTraditionalOptions,
    actor: Actor,
    watch?: Watch,
  ): Promise<TraditionalBranch> {
    validateBranchName(name);
    const from = options.from ?? DEFAULT_BRANCH;
    const before = await this.known(project);
    recordOf(before, from);
    if (before.branches.has(name)) throw new BranchExistsError(name, 0);
    const { database } = this.directory;
    const fill = async ({ prefixes, time }: Filling) => {
      await copyBranch({ database, prefixes, from, to: name, time, watch });
      watch?.signal?.throwIfAborted();
      recordOf(await this.directory.refresh(), from);
    };
    return this.createFilled(name, from, options, actor, fill, watch);
  }

  /**
   * Makes a branch of what is filled in: it is there once that is done, and what fails or is stopped leaves nothing.
   * @param parent what its record says it is from
   * @throws BranchExistsError, BranchBusyError, PrefixTakenError; what `fill` throws; the watch's reason
   */
  async createFilled(
    name: string,
    parent: string,
    options: CreateTraditionalOptions,
    actor: Actor,
    fill: (filling: Filling) => Promise<void>,
    watch?: Watch,
  ): Promise<TraditionalBranch> {
    watch?.signal?.throwIfAborted();
    const held = await claim(this.directory, name, 'create');
    try {
      return await this.createClaimed(name, parent, options, actor, fill, held);
    } catch (error) {
      // An abort shows as whatever it interrupted.
      watch?.signal?.throwIfAborted();
      throw error;
    } finally {
      await this.letGo(held);
    }
  }

  /** The first branch of a database that has none: empty, and called `main`. @throws BranchExistsError, BranchBusyError */
  async createFirst(actor: Actor): Promise<TraditionalBranch> {
    const held = await claim(this.directory, DEFAULT_BRANCH, 'create');
    try {
      const { branches, prefixes, projectId } = await this.directory.refresh();
      if (branches.has(DEFAULT_BRANCH)) throw new BranchExistsError(DEFAULT_BRANCH, 0);
      await this.refuseTaken(DEFAULT_BRANCH, prefixes);
      await this.record(DEFAULT_BRANCH, { parent: null, use_wal: false }, projectId, {}, actor);
      return this.describe(recordOf(await this.directory.refresh(), DEFAULT_BRANCH));
    } finally {
      await this.letGo(held);
    }
  }

  /** Notes a branch that only the log has, which serves it; without effect if there is a record. @throws BranchBusyError */
  async recordLogged(name: string, parent: string | null, actor: Actor): Promise<void> {
    const held = await claim(this.directory, name, 'create');
    try {
      const { branches, prefixes, projectId } = await this.directory.refresh();
      if (branches.has(name)) return;
      await this.refuseTaken(name, prefixes);
      await this.record(name, { parent, use_wal: true }, projectId, {}, actor);
    } finally {
      await this.letGo(held);
    }
  }

  /** @throws BranchNotFoundError, BranchProtectedError, LastBranchError, BranchBusyError, NotTraditionalError */
  async delete(project: string, name: string, _actor: Actor): Promise<void> {
    const known = await this.known(project);
    const record = recordOf(known, name);
    if (record.protected) throw new BranchProtectedError(name, 'delete');
    if (await this.isKept(known, name)) throw new LastBranchError(name, project);
    await this.drop(project, name);
  }

  /** Removes record and collections of a branch, whatever serves it. @throws BranchNotFoundError, BranchBusyError */
  async drop(project: string, name: string): Promise<void> {
    const record = (await this.known(project)).branches.get(name);
    if (record === undefined) throw new BranchNotFoundError(name);
    const held = await claim(this.directory, name, 'delete');
    try {
      await held.own();
      // From here on it is gone; should we die, the claim says that what is left may be dropped.
      await this.directory.records.deleteOne(
        { _id: record.id as never },
        { writeConcern: { w: 'majority' } },
      );
      const { prefixes } = await this.directory.refresh();
      await dropCollections(this.directory.database, prefixes, name);
    } catch (error) {
      held.abandon();
      throw error;
    } finally {
      await this.letGo(held);
    }
  }

  /** Protected branches cannot be deleted. */
  protect(project: string, name: string, on: boolean, _actor: Actor): Promise<TraditionalBranch> {
    return this.change(project, name, { protected: on });
  }

  /** When the branch may be removed (ms since the epoch), or never. */
  expire(project: string, name: string, at: number | null, _actor: Actor): Promise<TraditionalBranch> {
    return this.change(project, name, { expires_at: at === null ? null : new Date(at) });
  }

  /** Deletes the branches whose time has come, and what was left of copies that died. Returns the branches' names. */
  async sweep(project: string, actor: Actor, now = Date.now()): Promise<readonly string[]> {
    const { branches } = await this.known(project);
    await clearAllDead(this.directory);
    const swept: string[] = [];
    for (const { name, useWal, protected: kept, expiresAt } of branches.values()) {
      if (useWal || kept || expiresAt === null || expiresAt > now) continue;
      if (await this.isKept(await this.known(project), name)) continue;
      await this.delete(project, name, actor);
      swept.push(name);
    }
    return swept;
  }

  /** Whether it is the project's first branch, or the only one; the first one may be somebody else's. */
  private async isKept({ branches }: Known, name: string): Promise<boolean> {
    return name === DEFAULT_BRANCH || (branches.size === 1 && !(await this.isTaken(DEFAULT_BRANCH)));
  }

  /** @throws WalOnlyError of every branch that there is: its collections bear its name; as `get` */
  async rename(project: string, name: string): Promise<never> {
    recordOf(await this.known(project), name);
    throw new WalOnlyError('rename it', name);
  }

  private async createClaimed(
    name: string,
    parent: string,
    options: CreateTraditionalOptions,
    actor: Actor,
    fill: (filling: Filling) => Promise<void>,
    held: HeldClaim,
  ): Promise<TraditionalBranch> {
    const { branches, prefixes, projectId } = await this.directory.refresh();
    if (branches.has(name) || (await this.isTaken(name))) throw new BranchExistsError(name, 0);
    await this.refuseTaken(name, prefixes);
    await held.own();
    try {
      await fill({ prefixes, time: held.time });
      await held.check();
      await this.record(name, { parent, use_wal: false }, projectId, options, actor);
    } catch (error) {
      await this.cleanUp(name, held);
      throw error;
    }
    return this.describe(recordOf(await this.directory.refresh(), name));
  }

  private async record(
    name: string,
    origin: { readonly parent: string | null; readonly use_wal: boolean },
    projectId: unknown,
    options: CreateTraditionalOptions,
    actor: Actor,
  ): Promise<void> {
    await this.directory.records.insertOne(
      {
        name,
        project_id: projectId ?? this.directory.project,
        ...origin,
        created_at: new Date(),
        created_by: actor.user,
        ...(options.protected === undefined ? {} : { protected: options.protected }),
        ...(typeof options.expiresAt !== 'number' ? {} : { expires_at: new Date(options.expiresAt) }),
      },
      { writeConcern: { w: 'majority' } },
    );
  }

  /** What went wrong before is the better error, and a claim that stays is found dead in a minute. */
  private async letGo(held: HeldClaim): Promise<void> {
    await held.release().catch(() => undefined);
    await this.directory.refresh().catch(() => undefined);
  }

  /** Drops what was copied, if it is still ours to drop; if that fails too, it is left to whoever finds the claim. */
  private async cleanUp(name: string, held: HeldClaim): Promise<void> {
    try {
      await held.check();
      const { branches, prefixes } = await this.directory.refresh();
      // The record's answer may have been lost on the way; then the branch is made.
      if (!branches.has(name)) await dropCollections(this.directory.database, prefixes, name);
    } catch {
      held.abandon();
    }
  }

  /** @param prefixes with the new branch's among them */
  private async refuseTaken(name: string, prefixes: Prefixes): Promise<void> {
    const all = await this.directory.database.db.listCollections({}, { nameOnly: true }).toArray();
    const taken = all.map((each) => each.name).filter((stored) => prefixes.ownerOf(stored) === name);
    if (taken.length === 0) return;
    const { branches } = await this.directory.known();
    const owner = new Prefixes([...branches.keys()].filter((other) => other !== name)).ownerOf(taken[0]!);
    throw new PrefixTakenError(name, taken.sort(), owner);
  }

  private async change(project: string, name: string, set: object): Promise<TraditionalBranch> {
    const record = recordOf(await this.known(project), name);
    await this.directory.records.updateOne(
      { _id: record.id as never },
      { $set: set },
      { writeConcern: { w: 'majority' } },
    );
    return this.get(project, name);
  }

  private async known(project: string): Promise<Known> {
    if (project === this.directory.project) return this.directory.refresh();
    validateProjectName(project);
    throw new ProjectNotFoundError(project);
  }

  private describe(branch: LegacyBranch): TraditionalBranch {
    return {
      type: 'traditional',
      id: String(branch.id),
      name: branch.name,
      project: this.directory.project,
      parent: branch.parent,
      createdAt: branch.createdAt ?? null,
      protected: branch.protected,
      expiresAt: branch.expiresAt,
    };
  }
}
