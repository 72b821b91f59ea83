import { formatAddress, type Draft, type WalEngine } from '@argon/engine';
import { NOBODY, type Actor, type Commit, type Lsn } from '@argon/wal';
import { PlanOutdatedError } from '../../merge/errors';
import { Places } from '../../place/places';
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

  /** What a patch would do, and where it does not fit. @throws as `apply`, but for PatchConflictError */
  async preview(request: PatchRequest): Promise<PatchReport> {
    let report: PatchReport | undefined;
    const look = async (draft: Draft) => {
      report = await this.#draft(draft, request);
      throw new OnlyLooking();
    };
    try {
      await this.#write(request, NOBODY, look, () => {});
    } catch (error) {
      if (!(error instanceof OnlyLooking)) throw error;
    }
    return report!;
  }

  /**
   * Applies it, in one commit.
   * @throws ProjectNotFoundError, BranchNotFoundError, PatchFormatError; PatchConflictError where documents or collections
   *   are not as the patch says; ViolationError, PlanOutdatedError. Then nothing was written.
   */
  async apply(request: PatchRequest, actor: Actor): Promise<PatchReport> {
    let head: Lsn | undefined;
    const work = async (draft: Draft) => {
      head = undefined;
      const report = await this.#draft(draft, request);
      const { branch, conflicts, examples } = report;
      if (conflicts > 0) throw new PatchConflictError(branch, examples, conflicts);
      return report;
    };
    const committed = (commits: readonly Commit[]) => void (head = commits.at(-1)?.lsn);
    return { ...(await this.#write(request, actor, work, committed)), head };
  }

  async #draft(draft: Draft, { branch, lines, expectedHead }: PatchRequest): Promise<PatchReport> {
    const { lsn } = draft.base;
    if (expectedHead !== undefined && expectedHead !== lsn) {
      throw new PlanOutdatedError(branch, expectedHead, lsn);
    }
    const patch = new PatchDraft(draft);
    for await (const line of lines()) await patch.line(line);
    return { branch, ...(await patch.finish()), base: lsn, head: undefined };
  }

  async #write<T>(
    { project, branch: name }: PatchRequest,
    actor: Actor,
    work: (draft: Draft) => Promise<T>,
    committed: (commits: readonly Commit[]) => void,
  ): Promise<T> {
    const { branch } = await this.#places.branch(project, name);
    const database = formatAddress({ project, branch: name });
    return this.#engine.write(branch.id, database, work, actor, { alone: true, committed });
  }
}

/** Ends a computation whose result must not be written. */
class OnlyLooking extends Error {}
