import type { WalEngine } from '@argon/engine';
import type { Actor, Lsn } from '@argon/wal';
import { Places } from '../../place/places';
import { commit, look, type BranchCommit } from '../../steps/branch-commit';
import type { PatchReport } from './contract';
import { PatchDraft } from './patch-draft';
import { PatchConflictError } from './errors';

export interface PatchRequest {
  readonly project: string;
  /** The branch that gets it. */
  readonly branch: string;
  /** Opens the patch: its lines, without their ends. Called again when the head moves meanwhile. */
  readonly lines: () => AsyncIterable<string> | Iterable<string>;
  /** The head that the branch must have, for what was looked at before. */
  readonly expectedHead?: Lsn | undefined;
}

/** Applies patches, as `DiffService.patch` writes them, to branches. */
export class PatchService {
  readonly #engine: WalEngine;
  readonly #places: Places;

  constructor(engine: WalEngine) {
    this.#engine = engine;
    this.#places = new Places(engine.store, engine.materializer);
  }

  /** What a patch would do, and where it does not fit. Memory holds what it changes. @throws as `apply`, but for PatchConflictError */
  async preview(request: PatchRequest): Promise<PatchReport> {
    return look(await this.#commit(request));
  }

  /**
   * Applies it, in one commit.
   * @throws ProjectNotFoundError, BranchNotFoundError, PatchFormatError; PatchConflictError where documents or collections
   *   are not as the patch says; ViolationError, PlanOutdatedError. Then nothing was written.
   */
  async apply(request: PatchRequest, actor: Actor): Promise<PatchReport> {
    return commit(await this.#commit(request), actor);
  }

  async #commit({ project, branch, lines, expectedHead }: PatchRequest): Promise<BranchCommit<PatchReport>> {
    return {
      engine: this.#engine,
      place: await this.#places.branch(project, branch),
      expectedHead,
      draft: async (draft) => {
        const patch = new PatchDraft(draft);
        for await (const line of lines()) await patch.line(line);
        return { branch, ...(await patch.finish()), base: draft.base.lsn, head: undefined };
      },
      beforeWriting(_, { conflicts, examples }) {
        if (conflicts > 0) throw new PatchConflictError(branch, examples, conflicts);
      },
    };
  }
}
