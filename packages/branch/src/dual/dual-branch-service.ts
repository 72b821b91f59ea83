import { DEFAULT_BRANCH } from '@argon/engine';
import {
  BranchExistsError,
  BranchNotFoundError,
  findBranch,
  ProjectExistsError,
  validateBranchName,
  type Actor,
  type Store,
} from '@argon/wal';
import { typeOfNew } from '../flags/flags';
import { BranchBusyError, WalOnlyError } from '../prefix/errors';
import type { LegacyBranchService } from '../prefix/service/legacy-branch-service';
import type { Watch } from '../steps/watch';
import { isDue, type WalBranchService } from '../wal-mode/wal-branch-service';
import type { AnyBranch, AnyBranchService, CreateAnyOptions, CreatedProject, Crossing } from './contract';
import {
  LegacyNameError,
  LegacyProjectError,
  NoCrossingError,
  StandbyNameError,
  WalDisabledError,
} from './errors';
import { isInLog } from './in-log';
import type { Side, Sides } from './sides';
import { isStandbyName, servedNameOf, standbyNameOf } from './standby';

export interface DualServiceParts {
  readonly log: WalBranchService;
  readonly legacy: LegacyBranchService;
  readonly sides: Sides;
  readonly store: Store;
  readonly crossing: Crossing | undefined;
}

/** The branches of a project of which some live in the log and others in prefixed collections; other projects are the log's. */
export class DualBranchService implements AnyBranchService {
  constructor(private readonly parts: DualServiceParts) {}

  /**
   * Makes a project and its branch `main`: the legacy database's own where the flags want that.
   * @throws ProjectExistsError
   */
  async createProject(name: string, actor: Actor): Promise<CreatedProject> {
    const { log, legacy, sides } = this.parts;
    if (!this.isOurs(name)) return log.createProject(name, actor);
    const { branches } = await sides.directory.refresh();
    if (branches.size > 0 || (await this.hasLog(name))) throw new ProjectExistsError(name);
    const type = typeOfNew(sides.flags(), DEFAULT_BRANCH, Date.now());
    if (type === 'wal') return log.createProject(name, actor);
    return { project: undefined, branch: await legacy.createFirst(actor) };
  }

  /** @throws LegacyProjectError where branches are prefixed collections; as BranchService */
  async deleteProject(name: string, actor: Actor): Promise<void> {
    const { log, sides } = this.parts;
    if (this.isOurs(name)) {
      const { directory } = sides;
      const { size } = (await directory.refresh()).branches;
      if (size > 0) throw new LegacyProjectError(name, directory.database.location, size);
    }
    await log.deleteProject(name, actor);
  }

  /**
   * Makes a branch: in the log if its parent is there, else as the flags say, or as it is told. In the log beside its parent
   * nothing is copied.
   * @throws WalDisabledError, NoCrossingError, StandbyNameError, WalOnlyError (a moment of a traditional branch); as BranchService
   * and LegacyBranchService
   */
  async create(
    project: string,
    name: string,
    options: CreateAnyOptions,
    actor: Actor,
    watch?: Watch,
  ): Promise<AnyBranch> {
    const { log, legacy, sides, crossing } = this.parts;
    if (!this.isOurs(project)) return log.create(project, name, options, actor);
    validateBranchName(name);
    if (isStandbyName(name)) throw new StandbyNameError(name);
    const { type: wanted, ...rest } = options;
    const from = options.from ?? DEFAULT_BRANCH;
    const parent = (await this.existing(project, from)).type;
    const flags = sides.flags();
    if (wanted === 'wal' && !flags.wal) throw new WalDisabledError(name);
    const type = wanted ?? (parent === 'wal' ? 'wal' : typeOfNew(flags, name, Date.now()));
    if (parent === 'traditional' && options.at !== undefined) {
      throw new WalOnlyError('fork it at a moment of its past', from);
    }
    if (type === 'wal' && parent === 'wal') return this.createInLog(project, name, { ...rest, from }, actor);
    if (type === 'traditional' && parent === 'traditional') {
      return legacy.create(project, name, { ...rest, from }, actor, watch);
    }
    if (crossing === undefined) throw new NoCrossingError(`create branch '${name}' from it`, from);
    await crossing.fork({ ...rest, from, name, type }, actor, watch);
    return this.get(project, name);
  }

  async list(project: string): Promise<readonly AnyBranch[]> {
    const { log, legacy } = this.parts;
    if (!this.isOurs(project)) return log.list(project);
    const logged = (await this.hasLog(project)) ? await log.list(project) : [];
    const traditional = await legacy.list(project);
    const { branches } = await this.parts.sides.directory.known();
    const hidden = new Set(traditional.map(({ name }) => name));
    const shown = new Set(logged.map(({ name }) => name));
    const turning = [...branches.values()].find(({ name, useWal }) => useWal && !shown.has(name));
    if (turning?.fence !== undefined) {
      await this.parts.sides.forWriting(turning.name);
      return this.list(project);
    }
    const served = logged.filter(({ name }) => !isStandbyName(name) && !hidden.has(name));
    return [...traditional, ...(await Promise.all(served.map((branch) => this.shown(branch))))];
  }

  async get(project: string, name: string): Promise<AnyBranch> {
    const { log, legacy, sides } = this.parts;
    if (!this.isOurs(project)) return log.get(project, name);
    const { type, record } = await this.existing(project, name);
    try {
      return await (type === 'wal' ? this.shown(await log.get(project, name)) : legacy.get(project, name));
    } catch (error) {
      // It may have been turned over since.
      const now = await sides.now(name);
      if (now.type === type && now.record?.fence === record?.fence) throw error;
      await sides.forWriting(name);
      return this.get(project, name);
    }
  }

  async rename(project: string, name: string, to: string, actor: Actor): Promise<AnyBranch> {
    const { log, legacy } = this.parts;
    if (!this.isOurs(project)) return log.rename(project, name, to, actor);
    if (isStandbyName(to)) throw new StandbyNameError(to);
    const { type, record } = await this.existing(project, name);
    if (type === 'traditional') return legacy.rename(project, name);
    if (record !== undefined) throw new LegacyNameError(name);
    await this.refuseKnown(to);
    const renamed = await log.rename(project, name, to, actor);
    try {
      await this.refuseKnown(to);
    } catch (error) {
      await log.rename(project, to, name, actor);
      throw error;
    }
    return this.shown(renamed);
  }

  async protect(project: string, name: string, on: boolean, actor: Actor): Promise<AnyBranch> {
    return this.shown(await (await this.serviceOf(project, name)).protect(project, name, on, actor));
  }

  async expire(project: string, name: string, at: number | null, actor: Actor): Promise<AnyBranch> {
    return this.shown(await (await this.serviceOf(project, name)).expire(project, name, at, actor));
  }

  /** Of a branch that was turned over to the log, its prefixed collections go too. */
  async delete(project: string, name: string, actor: Actor): Promise<void> {
    const { log, legacy } = this.parts;
    if (!this.isOurs(project)) return log.delete(project, name, actor);
    const { type, record } = await this.existing(project, name);
    if (type === 'traditional') {
      await legacy.delete(project, name, actor);
      return this.deleteStandby(project, name, actor);
    }
    await log.delete(project, name, actor);
    if (record !== undefined) await legacy.drop(project, name);
  }

  async sweep(project: string, actor: Actor, now = Date.now()): Promise<readonly string[]> {
    const { log, legacy } = this.parts;
    if (!this.isOurs(project)) return log.sweep(project, actor, now);
    const swept = [...(await legacy.sweep(project, actor, now))];
    for (const name of swept) await this.deleteStandby(project, name, actor);
    for (const branch of await this.list(project)) {
      if (branch.type === 'traditional' || !isDue(branch, now)) continue;
      await this.delete(project, branch.name, actor);
      swept.push(branch.name);
    }
    return swept;
  }

  /** What stands behind a traditional branch goes with it. */
  private async deleteStandby(project: string, name: string, actor: Actor): Promise<void> {
    const { log, store } = this.parts;
    const standby = standbyNameOf(name);
    const found = await findBranch(store, project, standby);
    if (typeof found === 'string') return;
    // It was when the log served it; the traditional one is not, or it could not have been deleted.
    if (found.branch.protected) await log.protect(project, standby, false, actor);
    await log.delete(project, standby, actor);
  }

  /** The side of a branch that there is. @throws BranchNotFoundError */
  private async existing(project: string, name: string): Promise<Side> {
    validateBranchName(name);
    const { sides, store } = this.parts;
    const side = await sides.now(name);
    const isLogged = await isInLog(store, project, name);
    if (side.record === undefined && !isLogged) throw new BranchNotFoundError(name);
    // While it is turned over, the log has it by another name for a moment.
    return side.type === 'wal' && !isLogged ? sides.forWriting(name) : side;
  }

  private async serviceOf(project: string, name: string): Promise<WalBranchService | LegacyBranchService> {
    const { log, legacy } = this.parts;
    if (!this.isOurs(project)) return log;
    return (await this.existing(project, name)).type === 'wal' ? log : legacy;
  }

  /**
   * First made and then looked around, as whoever makes a traditional one claims the name first and then looks into the
   * log: of two who want a name, one at least sees the other.
   */
  private async createInLog(
    project: string,
    name: string,
    options: CreateAnyOptions,
    actor: Actor,
  ): Promise<AnyBranch> {
    const { log } = this.parts;
    const { branches } = await this.parts.sides.directory.known();
    if (branches.has(name)) throw new BranchExistsError(name, 0);
    const made = await log.create(project, name, options, actor);
    try {
      await this.refuseKnown(name);
    } catch (error) {
      if (options.protected === true) await log.protect(project, name, false, actor);
      await log.delete(project, name, actor);
      throw error;
    }
    return this.shown(made);
  }

  /** @throws BranchExistsError, BranchBusyError for a name that the legacy database has */
  private async refuseKnown(name: string): Promise<void> {
    const { directory } = this.parts.sides;
    const [record, claim] = await Promise.all([
      directory.find(name),
      directory.claims.findOne({ _id: name }),
    ]);
    if (record !== undefined) throw new BranchExistsError(name, 0);
    if (claim !== null) throw new BranchBusyError(name, claim.since.getTime());
  }

  /** As users know it: what stands behind its parent has that one's name. */
  private async shown(branch: AnyBranch): Promise<AnyBranch> {
    const { parent } = branch;
    if (!this.isOurs(branch.project) || parent === null || !isStandbyName(parent)) return branch;
    const { branches } = await this.parts.sides.directory.known();
    return { ...branch, parent: servedNameOf(parent, branches.keys()) };
  }

  private async hasLog(project: string): Promise<boolean> {
    return (await this.parts.store.project(project)) !== undefined;
  }

  private isOurs(project: string): boolean {
    return project === this.parts.sides.directory.project;
  }
}
