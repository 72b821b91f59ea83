import type { CommandDocument } from '@argon/engine';
import type { Actor, ProjectRecord } from '@argon/wal';
import type { BranchType } from '../flags/flags';
import type { TraditionalBranch } from '../prefix/service/contract';
import type { BranchInfo, CreateBranchOptions } from '../service/contract';
import type { Watch } from '../steps/watch';

/** A branch, wherever its data lives; `type` says where. */
export type AnyBranch = BranchInfo | TraditionalBranch;

export interface CreateAnyOptions extends CreateBranchOptions {
  /** Where the branch is to live. Default: where its parent does, if that is the log; else as the flags say. */
  readonly type?: BranchType;
}

/** A new project; `project` is undefined for one that the log does not know yet. */
export interface CreatedProject {
  readonly project: ProjectRecord | undefined;
  readonly branch: AnyBranch;
}

/** What can be done to branches wherever they live; see BranchService. */
export interface AnyBranchService {
  createProject(name: string, actor: Actor): Promise<CreatedProject>;
  deleteProject(name: string, actor: Actor): Promise<void>;
  /** @param watch of a branch that is copied */
  create(
    project: string,
    name: string,
    options: CreateAnyOptions,
    actor: Actor,
    watch?: Watch,
  ): Promise<AnyBranch>;
  list(project: string): Promise<readonly AnyBranch[]>;
  get(project: string, name: string): Promise<AnyBranch>;
  rename(project: string, name: string, to: string, actor: Actor): Promise<AnyBranch>;
  protect(project: string, name: string, on: boolean, actor: Actor): Promise<AnyBranch>;
  expire(project: string, name: string, at: number | null, actor: Actor): Promise<AnyBranch>;
  delete(project: string, name: string, actor: Actor): Promise<void>;
  sweep(project: string, actor: Actor, now?: number): Promise<readonly string[]>;
}

/** A branch to be made on another side than its parent is on. */
export interface ForkRequest extends Omit<CreateBranchOptions, 'from'> {
  readonly from: string;
  readonly name: string;
  readonly type: BranchType;
}

/** Has the log answer reads that prefixed collections served, too, and compares. @argon/migrate has one. */
export interface Shadow {
  /** Told of a read of a traditional branch that was served; returns at once. */
  saw(command: CommandDocument, branch: string): void;
  /** Ends what is under way, and writes down what was found. */
  close(): Promise<void>;
}

/** Moves what branches hold between prefixed collections and the log. @argon/migrate has one. */
export interface Crossing {
  /** Copies a branch to a new one on the other side; it is there when everything is. What fails leaves nothing. */
  fork(request: ForkRequest, actor: Actor, watch?: Watch): Promise<void>;
  /**
   * Has a branch served from the other side from now on, with everything that was written until then: writes wait while
   * the last of it is carried over. Without effect if it is served from there already.
   * @param returned it was turned off, and goes back to the log when that is turned on again
   */
  turn(branch: string, to: BranchType, returned: boolean, watch?: Watch): Promise<void>;
  close(): Promise<void>;
}
