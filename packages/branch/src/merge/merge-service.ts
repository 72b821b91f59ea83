import type { Draft, WalEngine } from '@argon/engine';
import type { BranchState } from '@argon/materializer';
import { branchMerge, type Actor, type BranchChange, type Lsn } from '@argon/wal';
import { Places, type FoundPlace } from '../place/places';
import { StepWriter } from '../steps/apply';
import { commit, look, type BranchCommit } from '../steps/branch-commit';
import { Tally } from '../steps/tally';
import type { MergeReport, MergeRequest } from './contract';
import { deciderOf } from './decide';
import { MergeConflictError, UnrelatedBranchesError } from './errors';
import { mergeBase, type ChainPoint } from './merge-base';
import { mergeSteps } from './merge-steps';

/**
 * Merges between branches of a project: three-way from the newest state they have in common, per document and per field;
 * one commit, which remembers what it merged, so that the next merge begins there.
 */
export class MergeService {
  readonly #engine: WalEngine;
  readonly #places: Places;

  constructor(engine: WalEngine) {
    this.#engine = engine;
    this.#places = new Places(engine.store, engine.materializer);
  }

  /** What a merge would do. @throws as `merge`, but for conflicts, which the report counts */
  async preview(request: MergeRequest): Promise<MergeReport> {
    return this.#run(request, undefined);
  }

  /**
   * Does it, in one commit, if no conflict stays open.
   * @throws ProjectNotFoundError, BranchNotFoundError, UnrelatedBranchesError; MergeConflictError, ViolationError,
   *   PlanOutdatedError: then nothing was written
   */
  async merge(request: MergeRequest, actor: Actor): Promise<MergeReport> {
    return this.#run(request, actor);
  }

  async #run(request: MergeRequest, actor: Actor | undefined): Promise<MergeReport> {
    const { project } = request;
    const from = await this.#places.find({ project, ...request.from });
    const into = await this.#places.branch(project, request.into);
    const theirs = await this.#places.stateOf(from);
    const attempt = new MergeAttempt(this.#engine, request, from, into, theirs);
    return actor === undefined ? look(attempt) : commit(attempt, actor);
  }
}

/** One merge, computed against the head as often as that moves. */
class MergeAttempt implements BranchCommit<MergeReport> {
  constructor(
    readonly engine: WalEngine,
    private readonly request: MergeRequest,
    private readonly from: FoundPlace,
    readonly place: FoundPlace,
    private readonly theirs: BranchState,
  ) {}

  get expectedHead(): Lsn | undefined {
    return this.request.expectedHead;
  }

  readonly change = (): BranchChange => ({ merged: { from: this.theirs.branchId, at: this.theirs.lsn } });

  async draft(draft: Draft): Promise<MergeReport> {
    const { materializer } = this.engine;
    const ours = draft.base;
    const found = await this.#base(ours);
    const tip = this.theirs.timeline.segments.at(-1);
    const upToDate = found.branchId === tip?.branchId && found.lsn === tip.to;
    const tally = new Tally();
    const writer = new StepWriter(draft);
    if (!upToDate) {
      const base = await materializer.stateAt(found.branchId, found.lsn);
      const decider = this.request.decider ?? deciderOf({});
      for await (const steps of mergeSteps(materializer, { base, ours, theirs: this.theirs }, decider)) {
        tally.see(steps);
        await writer.write(steps);
      }
      await writer.finish();
    }
    return {
      from: this.request.from.name,
      into: this.place.branch.name,
      theirs: pointOf(this.theirs),
      ours: pointOf(ours),
      base: found,
      counts: writer.counts,
      ...tally.report,
      upToDate,
      head: undefined,
    };
  }

  /** @throws MergeConflictError */
  beforeWriting(draft: Draft, { from, into, open, upToDate, base }: MergeReport): void {
    if (open > 0) throw new MergeConflictError(`'${from}'`, into, open);
    const { branchId, lsn } = this.theirs;
    if (!upToDate) draft.control(branchMerge(branchId, lsn, base));
  }

  async #base(ours: BranchState): Promise<ChainPoint> {
    const lookup = (id: number) => this.engine.store.branchById(id);
    const base = await mergeBase(pointOf(ours), pointOf(this.theirs), lookup);
    if (base === undefined) throw new UnrelatedBranchesError(this.from.branch.name, this.place.branch.name);
    return base;
  }
}

function pointOf({ branchId, lsn }: BranchState): ChainPoint {
  return { branchId, lsn };
}
