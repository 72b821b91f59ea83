import type { Moment, WalEngine } from '@argon/engine';
import { retentionOf, type Actor, type BranchRecord, type Pin } from '@argon/wal';
import { Places } from '../place/places';
import { WalBranchService } from '../wal-mode/wal-branch-service';
import { TagExistsError, TagNameReservedError, TagNotFoundError } from './errors';
import { isRestorePoint, isRestorePointName } from './restore-points';

/** A moment of a branch with a name of its own. */
export interface Tag extends Pin {
  readonly branch: string;
}

/** Tags of projects: pins that people made. They hold what they name against compaction. */
export class TagService {
  readonly #engine: WalEngine;
  readonly #branches: WalBranchService;
  readonly #places: Places;

  constructor(engine: WalEngine) {
    this.#engine = engine;
    this.#branches = new WalBranchService(engine.store, engine.materializer);
    this.#places = new Places(engine.store, engine.materializer);
  }

  /** By name. @throws ProjectNotFoundError */
  async list(project: string): Promise<readonly Tag[]> {
    const tags = (await this.#pins(project)).filter(({ pin }) => !isRestorePoint(pin));
    return tags
      .map(({ pin, branch }) => ({ ...pin, branch: branch.name }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /**
   * Names a moment of a branch, default what it shows now.
   * @throws TagExistsError, TagNameReservedError, InvalidNameError; what finding branch and moment throws
   */
  async create(
    project: string,
    branch: string,
    name: string,
    at: Moment | undefined,
    actor: Actor,
  ): Promise<Tag> {
    if (isRestorePointName(name)) throw new TagNameReservedError(name);
    const found = await this.#places.branch(project, branch);
    const same = (await this.#pins(project)).find(({ pin }) => pin.name === name);
    if (same !== undefined) throw new TagExistsError(name, `a tag of branch '${same.branch.name}'`, project);
    // A place is named by a branch or a tag, and it had better be clear by which.
    if ((await this.#engine.store.branch(found.project.id, name)) !== undefined) {
      throw new TagExistsError(name, 'a branch', project);
    }
    const pin = await this.#branches.pin(project, branch, name, at, actor);
    return { ...pin, branch: found.branch.name };
  }

  /** Deletes a tag, or the restore point of that name. @throws TagNotFoundError */
  async delete(project: string, name: string, actor: Actor): Promise<Tag> {
    const found = (await this.#pins(project)).find(({ pin }) => pin.name === name);
    if (found === undefined) throw new TagNotFoundError(name, project);
    const { branch, pin } = found;
    await this.#branches.unpin(project, branch.name, name, actor);
    return { ...pin, branch: branch.name };
  }

  async #pins(project: string): Promise<readonly { readonly branch: BranchRecord; readonly pin: Pin }[]> {
    const { id } = await this.#branches.project(project);
    const branches = await this.#engine.store.branches(id);
    return branches.flatMap((branch) => retentionOf(branch).pins.map((pin) => ({ branch, pin })));
  }
}
