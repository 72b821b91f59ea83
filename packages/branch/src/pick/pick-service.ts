import type { Draft, WalEngine } from '@argon/engine';
import type { Actor } from '@argon/wal';
import { deciderOf } from '../merge/decide';
import { successiveSteps } from '../merge/successive-steps';
import { Places, type FoundPlace } from '../place/places';
import { joined, spanOf, type Span } from '../place/spans';
import { commit, look, type BranchCommit } from '../steps/branch-commit';
import { draftSteps } from '../steps/draft-steps';
import type { CherryPickReport, CherryPickRequest } from './contract';
import { CherryPickCommitNotFoundError, CherryPickConflictError, CherryPickRequestError } from './errors';

/**
 * Brings what some commits of a branch did to another branch: three-way, from what was there before each of them, all as
 * one commit.
 */
export class PickService {
  readonly #engine: WalEngine;
  readonly #places: Places;

  constructor(engine: WalEngine) {
    this.#engine = engine;
    this.#places = new Places(engine.store, engine.materializer);
  }

  /** What a cherry-pick would do. @throws as `cherryPick`, but for conflicts, which the report counts */
  async preview(request: CherryPickRequest): Promise<CherryPickReport> {
    return look(await this.#commit(request));
  }

  /**
   * Does it, in one commit, if no conflict stays open. Memory holds what several commits that do not follow each other
   * change; of one, or of a range, a part.
   * @throws ProjectNotFoundError, BranchNotFoundError, CherryPickRequestError, CherryPickCommitNotFoundError,
   *   LsnOutOfRangeError, LsnBelowHorizonError; CherryPickConflictError, ViolationError, PlanOutdatedError. Then nothing
   *   was written
   */
  async cherryPick(request: CherryPickRequest, actor: Actor): Promise<CherryPickReport> {
    return commit(await this.#commit(request), actor);
  }

  async #commit(request: CherryPickRequest): Promise<BranchCommit<CherryPickReport>> {
    const { project, expectedHead, decider = deciderOf({}), watch } = request;
    const { materializer } = this.#engine;
    const from = await this.#places.branch(project, request.from);
    const into = await this.#places.branch(project, request.into);
    const spans = await this.#spans(from, request);
    return {
      engine: this.#engine,
      place: into,
      expectedHead,
      draft: async (draft: Draft) => {
        const areSeveral = spans.length > 1;
        const steps = successiveSteps(materializer, draft, spans, false, decider);
        const drafted = await draftSteps(draft, steps, watch, areSeveral);
        const names = { from: from.branch.name, into: into.branch.name };
        return { ...names, onto: draft.base.lsn, ...drafted, head: undefined };
      },
      beforeWriting(_, { open }) {
        if (open > 0) throw new CherryPickConflictError(from.branch.name, into.branch.name, open);
      },
    };
  }

  /** In the order given. */
  async #spans(from: FoundPlace, { commits }: CherryPickRequest): Promise<readonly Span[]> {
    if (commits.length === 0) throw new CherryPickRequestError('no commit is named');
    const { store, materializer } = this.#engine;
    const head = await materializer.current(from.branch.id);
    const spans: Span[] = [];
    for (const each of commits) {
      const span = await spanOf(store, head, from, each);
      if (span !== undefined) spans.push(span);
      else if ('lsn' in each) throw new CherryPickCommitNotFoundError(each.lsn, from.branch.name);
      else {
        throw new CherryPickRequestError(
          `the range begins at LSN ${each.from} and ends before that, at ${each.to}`,
        );
      }
    }
    return joined(spans);
  }
}
