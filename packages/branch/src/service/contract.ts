import type { Moment } from '@argon/engine';
import type { Actor, BranchRecord, KeepPolicy, Lsn, Pin, ProjectRecord } from '@argon/wal';

/** A branch with what a person wants to know of it. */
export interface BranchInfo extends BranchRecord {
  readonly type: 'wal';
  readonly project: string;
  /** The parent's name, also when the parent is deleted; null for a first branch. */
  readonly parent: string | null;
  /** When the head was last moved, ms since the epoch. */
  readonly headAt: number;
}

export interface CreateBranchOptions {
  /** The branch to fork from; default the project's first branch. */
  readonly from?: string;
  /** Where on it; default its head. An LSN inside a commit means the boundary before it. */
  readonly at?: Moment;
  readonly protected?: boolean;
  /** When the branch may be removed, ms since the epoch. */
  readonly expiresAt?: number | null;
}

/** A reset that was made. Nothing is lost: the LSN before it stays readable, and can be reset to. */
export interface ResetReport {
  readonly branch: string;
  /** The head before. */
  readonly from: Lsn;
  /** The commit boundary whose state the branch shows afterwards. */
  readonly to: Lsn;
  /** The head afterwards: the reset's own LSN. */
  readonly head: Lsn;
}

/** What a reset would do. Reads what it would hide, where the reset itself only moves a pointer. */
export interface ResetPreview extends Omit<ResetReport, 'head'> {
  /** Commits and entries on the branch's own chain that are visible now and would not be afterwards. */
  readonly commits: number;
  readonly entries: number;
}

/** Projects and branches, whatever keeps them. All methods throw ArgonErrors and leave nothing half done. */
export interface BranchService {
  createProject(name: string, actor: Actor): Promise<{ project: ProjectRecord; branch: BranchInfo }>;
  projects(): Promise<readonly ProjectRecord[]>;
  /** @throws ProjectNotFoundError */
  project(name: string): Promise<ProjectRecord>;
  deleteProject(name: string, actor: Actor): Promise<void>;

  create(project: string, name: string, options: CreateBranchOptions, actor: Actor): Promise<BranchInfo>;
  list(project: string): Promise<readonly BranchInfo[]>;
  /** @throws ProjectNotFoundError, BranchNotFoundError */
  get(project: string, name: string): Promise<BranchInfo>;
  rename(project: string, name: string, to: string, actor: Actor): Promise<BranchInfo>;
  /** Protected branches cannot be reset or deleted. */
  protect(project: string, name: string, on: boolean, actor: Actor): Promise<BranchInfo>;
  /** When the branch may be removed (ms since the epoch), or never. */
  expire(project: string, name: string, at: number | null, actor: Actor): Promise<BranchInfo>;
  /**
   * Removes the pointer; entries stay, and children go on working. @throws BranchProtectedError, LastBranchError
   */
  delete(project: string, name: string, actor: Actor): Promise<void>;
  /** Deletes the branches whose time has come; protected ones stay. Returns their names. */
  sweep(project: string, actor: Actor, now?: number): Promise<readonly string[]>;

  previewReset(project: string, name: string, to: Moment): Promise<ResetPreview>;
  /** Sets what the branch shows back to a moment. @throws BranchProtectedError, ResetBelowBaseError */
  reset(project: string, name: string, to: Moment, actor: Actor): Promise<ResetReport>;

  /**
   * Which history a branch keeps when it is compacted; null: as its project says. Without a branch: what the project's
   * branches keep that have no policy of their own; null or none: everything. A pin may be any branch's of the project.
   * @throws TagNotFoundError for a pin that no branch has; InvalidPolicyError, also for an LSN that is not there yet
   */
  keep(
    project: string,
    branch: string | undefined,
    policy: KeepPolicy | null,
    actor: Actor,
  ): Promise<BranchInfo>;
  /** Keeps the commit at or before a moment (default the head) readable, whatever the policy. */
  pin(project: string, branch: string, name: string, at: Moment | undefined, actor: Actor): Promise<Pin>;
  unpin(project: string, branch: string, name: string, actor: Actor): Promise<void>;

  /** The greatest LSN in the store. */
  currentLsn(): Promise<Lsn>;
}
