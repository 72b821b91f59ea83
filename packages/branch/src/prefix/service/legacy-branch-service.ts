import { DEFAULT_BRANCH } from '@argon/engine';
import {
  BranchExistsError,
  BranchNotFoundError,
  ProjectNotFoundError,
  validateBranchName,
  type Actor,
} from '@argon/wal';
import { BranchProtectedError, LastBranchError } from '../../service/errors';
import type { Watch } from '../../steps/watch';
import { NotTraditionalError, PrefixTakenError, WalOnlyError } from '../errors';
import { Prefixes } from '../names/prefixes';
import type { BranchDirectory, Known } from './branch-directory';
import type { LegacyBranch } from './branch-records';
import { claim, clearAllDead, type HeldClaim } from './claims';
import type { CreateTraditionalOptions, TraditionalBranch } from './contract';
import { copyBranch } from './copy/copy-branch';
import { dropCollections } from './drop-collections';

/**
 * Branches of a legacy database: records in `branches`, collections under prefixes. Methods are named as the
 * BranchService's of the log; what only that can do throws WalOnlyError.
 */
export class LegacyBranchService {
  constructor(readonly directory: BranchDirectory) {}

  /** @throws ProjectNotFoundError, LegacyProjectsError */
  async list(project: string): Promise<readonly TraditionalBranch[]> {
    const { branches } = await this.known(project);
    return [...branches.values()].filter(({ useWal }) => !useWal).map((branch) => this.describe(branch));
  }

  /** @throws ProjectNotFoundError, BranchNotFoundError, NotTraditionalError */
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
    watch?.signal?.throwIfAborted();
    const held = await claim(this.directory, name, 'create');
    try {
      return await this.createClaimed(name, from, options, actor, watch, held);
    } catch (error) {
      // An abort shows as whatever it interrupted.
      watch?.signal?.throwIfAborted();
      throw error;
    } finally {
      await this.letGo(held);
    }
  }

  /** @throws BranchNotFoundError, BranchProtectedError, LastBranchError, BranchBusyError, NotTraditionalError */
  async delete(project: string, name: string, _actor: Actor): Promise<void> {
    const known = await this.known(project);
    const record = recordOf(known, name);
    if (record.protected) throw new BranchProtectedError(name, 'delete');
    if (name === DEFAULT_BRANCH || known.branches.size === 1) throw new LastBranchError(name, project);
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
    const due = [...branches.values()].filter(
      (branch) =>
        !branch.useWal &&
        !branch.protected &&
        branch.name !== DEFAULT_BRANCH &&
        branch.expiresAt !== null &&
        branch.expiresAt <= now,
    );
    for (const { name } of due) await this.delete(project, name, actor);
    return due.map(({ name }) => name);
  }

  /** @throws WalOnlyError always, as all that follow */
  previewReset(_project: string, name: string): Promise<never> {
    return refuse('preview a reset', name);
  }

  reset(_project: string, name: string): Promise<never> {
    return refuse('reset it', name);
  }

  rename(_project: string, name: string): Promise<never> {
    return refuse('rename it', name);
  }

  keep(_project: string, name: string | undefined): Promise<never> {
    return refuse('set what history it keeps', name ?? DEFAULT_BRANCH);
  }

  pin(_project: string, name: string): Promise<never> {
    return refuse('pin a moment', name);
  }

  unpin(_project: string, name: string): Promise<never> {
    return refuse('remove a pin', name);
  }

  private async createClaimed(
    name: string,
    from: string,
    options: CreateTraditionalOptions,
    actor: Actor,
    watch: Watch | undefined,
    held: HeldClaim,
  ): Promise<TraditionalBranch> {
    const { database, records } = this.directory;
    const { branches, prefixes, projectId } = await this.directory.refresh();
    if (branches.has(name)) throw new BranchExistsError(name, 0);
    await this.refuseTaken(name, prefixes);
    await held.own();
    try {
      await copyBranch({ database, prefixes, from, to: name, time: held.time, watch });
      watch?.signal?.throwIfAborted();
      await held.check();
      recordOf(await this.directory.refresh(), from);
      await records.insertOne(
        {
          name,
          ...(projectId === undefined ? { project_id: this.directory.project } : { project_id: projectId }),
          parent: from,
          use_wal: false,
          created_at: new Date(),
          created_by: actor.user,
          ...(options.protected === undefined ? {} : { protected: options.protected }),
          ...(typeof options.expiresAt !== 'number' ? {} : { expires_at: new Date(options.expiresAt) }),
        },
        { writeConcern: { w: 'majority' } },
      );
    } catch (error) {
      await this.cleanUp(name, held);
      throw error;
    }
    return this.describe(recordOf(await this.directory.refresh(), name));
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
    if (project !== this.directory.project) throw new ProjectNotFoundError(project);
    return this.directory.refresh();
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

function recordOf({ branches }: Known, name: string): LegacyBranch {
  const record = branches.get(name);
  if (record === undefined) throw new BranchNotFoundError(name);
  if (record.useWal) throw new NotTraditionalError(name);
  return record;
}

function refuse(what: string, branch: string): Promise<never> {
  return Promise.reject(new WalOnlyError(what, branch));
}
