import type { Moment } from '@argon/engine';
import type { BranchState, Materializer } from '@argon/materializer';
import {
  BranchNotFoundError,
  findBranch,
  ProjectNotFoundError,
  retentionOf,
  validateBranchName,
  type BranchRecord,
  type LiveBranch,
  type Lsn,
  type ProjectRecord,
  type Store,
} from '@argon/wal';
import { lsnOf } from './chain';

/** A state of a project as a person names it: a branch or a tag, and perhaps a moment on it. */
export interface Place {
  readonly project: string;
  /** A branch's name; or, where no branch has it, a tag's (a pin's) of any branch. */
  readonly name: string;
  /** Where on it; default its head, or where the tag is. An LSN within a commit means the boundary before it. */
  readonly at?: Moment | undefined;
}

/** What a place is. */
export interface FoundPlace {
  readonly project: ProjectRecord;
  readonly branch: BranchRecord;
  /** The LSN that is meant; undefined: the head, whatever it is when it is read. */
  readonly lsn: Lsn | undefined;
}

/** Finds what names and moments stand for. */
export class Places {
  constructor(
    private readonly store: Store,
    private readonly materializer: Materializer,
  ) {}

  /** @throws ProjectNotFoundError, BranchNotFoundError; MomentOutOfRangeError for a time before the project */
  async find({ project, name, at }: Place): Promise<FoundPlace> {
    const found = await this.#live(project, name);
    if (found !== undefined) return { ...found, lsn: await this.#lsnOf(found.branch, at) };
    const owner = (await this.store.project(project))!;
    for (const branch of await this.store.branches(owner.id)) {
      const pin = retentionOf(branch).pins.find((each) => each.name === name);
      if (pin === undefined) continue;
      return { project: owner, branch, lsn: at === undefined ? pin.lsn : await this.#lsnOf(branch, at) };
    }
    throw new BranchNotFoundError(name, owner.id);
  }

  /** The branch of that name, no tag. @throws ProjectNotFoundError, BranchNotFoundError */
  async branch(project: string, name: string): Promise<FoundPlace> {
    const found = await this.#live(project, name);
    if (found === undefined) throw new BranchNotFoundError(name);
    return { ...found, lsn: undefined };
  }

  /** What is held there. @throws what finding it throws; LsnOutOfRangeError, LsnBelowHorizonError */
  async state(place: Place): Promise<BranchState> {
    return this.stateOf(await this.find(place));
  }

  async stateOf({ branch, lsn }: FoundPlace): Promise<BranchState> {
    return lsn === undefined
      ? this.materializer.current(branch.id)
      : this.materializer.stateAt(branch.id, lsn);
  }

  /** The branch of that name, if there is one. @throws ProjectNotFoundError */
  async #live(project: string, name: string): Promise<LiveBranch | undefined> {
    validateBranchName(name);
    const found = await findBranch(this.store, project, name);
    if (found === 'no-project') throw new ProjectNotFoundError(project);
    return found === 'no-branch' ? undefined : found;
  }

  async #lsnOf(branch: BranchRecord, at: Moment | undefined): Promise<Lsn | undefined> {
    return at === undefined ? undefined : lsnOf(this.materializer, branch.id, at);
  }
}
