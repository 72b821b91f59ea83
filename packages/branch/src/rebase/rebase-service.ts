import type { WalEngine } from '@argon/engine';
import type { Actor, Lsn } from '@argon/wal';
import type { MergeReport, MergeRequest } from '../merge/contract';
import { MergeService } from '../merge/merge-service';
import { Places } from '../place/places';
import { NoParentError } from './errors';

export interface RebaseRequest extends Pick<MergeRequest, 'decider' | 'watch'> {
  readonly project: string;
  /** The branch that is brought onto its parent's head. In conflicts it is ours, and the parent theirs. */
  readonly branch: string;
  /** The heads that the branch and its parent must have, for what was looked at before. */
  readonly expectedHead?: Lsn | undefined;
  readonly expectedParent?: Lsn | undefined;
}

/**
 * Brings branches onto their parents' heads. That is a merge of the parent into the branch: afterwards what they have in
 * common is the parent's head, so that the branch differs from it by its own changes alone, and merging it back takes
 * nothing else.
 */
export class RebaseService {
  readonly #engine: WalEngine;
  readonly #merges: MergeService;

  constructor(engine: WalEngine) {
    this.#engine = engine;
    this.#merges = new MergeService(engine);
  }

  /** What a rebase would do. @throws as `rebase`, but for conflicts, which the report counts */
  async preview(request: RebaseRequest): Promise<MergeReport> {
    return this.#merges.preview(await this.mergeOf(request));
  }

  /**
   * Does it, in one commit, if no conflict stays open.
   * @throws ProjectNotFoundError, BranchNotFoundError, NoParentError; MergeConflictError, ViolationError,
   *   PlanOutdatedError: then nothing was written
   */
  async rebase(request: RebaseRequest, actor: Actor): Promise<MergeReport> {
    return this.#merges.merge(await this.mergeOf(request), actor);
  }

  /** The merge that a rebase is. @throws ProjectNotFoundError, BranchNotFoundError, NoParentError */
  async mergeOf(request: RebaseRequest): Promise<MergeRequest> {
    const { project, branch: name, decider, watch, expectedHead, expectedParent } = request;
    const { store, materializer } = this.#engine;
    const { branch } = await new Places(store, materializer).branch(project, name);
    const parent = branch.parentId === null ? undefined : await store.branchById(branch.parentId);
    if (parent?.status !== 'active') throw new NoParentError(name, parent?.name);
    const from = { name: parent.name };
    return { project, from, into: name, decider, watch, expectedHead, expectedFrom: expectedParent };
  }
}
