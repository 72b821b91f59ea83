import type { Draft, WalEngine } from '@argon/engine';
import type { BranchState } from '@argon/materializer';
import { branchMerge, type Actor, type BranchChange, type Lsn } from '@argon/wal';
import { Places, type FoundPlace } from '../place/places';
import { checkHead, commit, look, type BranchCommit } from '../steps/branch-commit';
import { draftSteps } from '../steps/draft-steps';
import { seen } from '../steps/watch';
import type { MergeReport, MergeRequest } from './contract';
import { MergeConflictError } from './errors';
import { pointOf, sidesOf, stepsOf } from './merge-sides';
import { planLines } from './plan/write-plan';

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

  /**
   * The merge as a plan: lines of text, without their ends, which say what it would do, and in which conflicts can be
   * decided; `readMergePlan` gives the merge back. Takes time for what theirs changed, and memory for a batch; unique
   * indexes and validators are checked when it is carried out.
   * @throws ProjectNotFoundError, BranchNotFoundError, UnrelatedBranchesError, PlanOutdatedError
   */
  async *plan(request: MergeRequest): AsyncGenerator<string> {
    const { project, watch } = request;
    const into = await this.#places.branch(project, request.into);
    const { from, theirs } = await this.#theirs(request);
    const ours = await this.#places.stateOf(into);
    checkHead(into, request.expectedHead, ours.lsn);
    const sides = await sidesOf(this.#engine, ours, theirs, { from, into });
    const base = await this.#engine.store.branchById(sides.base.branchId);
    const header = {
      project,
      from: { branch: from.branch.name, lsn: theirs.lsn, isFixed: from.lsn !== undefined },
      into: { branch: into.branch.name, lsn: ours.lsn },
      base: { branch: base!.name, lsn: sides.base.lsn },
    };
    const { materializer } = this.#engine;
    yield* planLines(header, seen(stepsOf(materializer, sides, request), watch));
  }

  async #run(request: MergeRequest, actor: Actor | undefined): Promise<MergeReport> {
    const { from, theirs } = await this.#theirs(request);
    const into = await this.#places.branch(request.project, request.into);
    const attempt = new MergeAttempt(this.#engine, request, from, into, theirs);
    return actor === undefined ? look(attempt) : commit(attempt, actor);
  }

  /** What comes in. @throws PlanOutdatedError */
  async #theirs({
    project,
    from,
    expectedFrom,
  }: MergeRequest): Promise<{ from: FoundPlace; theirs: BranchState }> {
    const found = await this.#places.find({ project, ...from });
    const theirs = await this.#places.stateOf(found);
    checkHead(found, expectedFrom, theirs.lsn);
    return { from: found, theirs };
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
    const places = { from: this.from, into: this.place };
    const sides = await sidesOf(this.engine, ours, this.theirs, places);
    const drafted = await draftSteps(draft, stepsOf(materializer, sides, this.request), this.request.watch);
    return {
      from: this.request.from.name,
      into: this.place.branch.name,
      theirs: pointOf(this.theirs),
      ours: pointOf(ours),
      base: sides.base,
      ...drafted,
      upToDate: sides.upToDate,
      head: undefined,
    };
  }

  /** @throws MergeConflictError */
  beforeWriting(draft: Draft, { from, into, open, upToDate, base }: MergeReport): void {
    if (open > 0) throw new MergeConflictError(`'${from}'`, into, open);
    const { branchId, lsn } = this.theirs;
    if (!upToDate) draft.control(branchMerge(branchId, lsn, base));
  }
}
