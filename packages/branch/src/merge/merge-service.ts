import { formatAddress, type Draft, type WalEngine } from '@argon/engine';
import type { BranchState } from '@argon/materializer';
import { branchMerge, NOBODY, type Actor, type Commit, type Lsn } from '@argon/wal';
import { Places, type FoundPlace } from '../place/places';
import { noSteps, StepWriter, type StepCounts } from '../steps/apply';
import type { Step } from '../steps/contract';
import type { MergeConflict, MergeReport, MergeRequest } from './contract';
import { deciderOf } from './decide';
import { MergeConflictError, PlanOutdatedError, UnrelatedBranchesError } from './errors';
import { mergeBase, type ChainPoint } from './merge-base';
import { mergeSteps } from './merge-steps';

/** How many conflicts a report shows. */
const EXAMPLES = 100;

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
    return actor === undefined ? attempt.preview() : attempt.write(actor);
  }
}

/** One merge, computed against the head as often as that moves. */
class MergeAttempt {
  constructor(
    private readonly engine: WalEngine,
    private readonly request: MergeRequest,
    private readonly from: FoundPlace,
    private readonly into: FoundPlace,
    private readonly theirs: BranchState,
  ) {}

  async preview(): Promise<MergeReport> {
    let report: MergeReport | undefined;
    try {
      const look = async (draft: Draft) => {
        report = await this.#draft(draft);
        throw new OnlyLooking();
      };
      await this.#write(NOBODY, look, () => {});
    } catch (error) {
      if (!(error instanceof OnlyLooking)) throw error;
    }
    return report!;
  }

  async write(actor: Actor): Promise<MergeReport> {
    let head: Lsn | undefined;
    const committed = (commits: readonly Commit[]) => {
      head = commits.at(-1)!.lsn;
    };
    const work = async (draft: Draft) => {
      const drafted = await this.#draft(draft);
      if (drafted.open > 0) {
        throw new MergeConflictError(`'${drafted.from}'`, drafted.into, drafted.open);
      }
      if (!drafted.upToDate)
        draft.control(branchMerge(this.theirs.branchId, drafted.theirs.lsn, drafted.base));
      return drafted;
    };
    return { ...(await this.#write(actor, work, committed)), head };
  }

  #write<T>(
    actor: Actor,
    work: (draft: Draft) => Promise<T>,
    committed: (commits: readonly Commit[]) => void,
  ): Promise<T> {
    const { project, branch } = this.into;
    const merged = { from: this.theirs.branchId, at: this.theirs.lsn };
    const database = formatAddress({ project: project.name, branch: branch.name });
    return this.engine.write(branch.id, database, work, actor, { change: () => ({ merged }), committed });
  }

  async #draft(draft: Draft): Promise<MergeReport> {
    const { materializer } = this.engine;
    const ours = draft.base;
    this.#checkHead(ours.lsn);
    const found = await this.#base(ours);
    const tip = this.theirs.timeline.segments.at(-1);
    const upToDate = found.branchId === tip?.branchId && found.lsn === tip.to;
    const tally = new Tally();
    if (!upToDate) {
      const base = await materializer.stateAt(found.branchId, found.lsn);
      const writer = new StepWriter(draft);
      const decider = this.request.decider ?? deciderOf({});
      for await (const steps of mergeSteps(materializer, { base, ours, theirs: this.theirs }, decider)) {
        tally.see(steps);
        await writer.write(steps);
      }
      await writer.finish();
      tally.counts = writer.counts;
    }
    return {
      from: this.request.from.name,
      into: this.into.branch.name,
      theirs: pointOf(this.theirs),
      ours: pointOf(ours),
      base: found,
      counts: tally.counts,
      conflicts: tally.conflicts,
      open: tally.open,
      examples: tally.examples,
      upToDate,
      head: undefined,
    };
  }

  #checkHead(lsn: Lsn): void {
    const { expectedHead } = this.request;
    if (expectedHead !== undefined && expectedHead !== lsn) {
      throw new PlanOutdatedError(this.into.branch.name, expectedHead, lsn);
    }
  }

  async #base(ours: BranchState): Promise<ChainPoint> {
    const lookup = (id: number) => this.engine.store.branchById(id);
    const base = await mergeBase(pointOf(ours), pointOf(this.theirs), lookup);
    if (base === undefined) throw new UnrelatedBranchesError(this.from.branch.name, this.into.branch.name);
    return base;
  }
}

/** Ends a computation whose result must not be written. */
class OnlyLooking extends Error {}

class Tally {
  counts: StepCounts = noSteps();
  conflicts = 0;
  open = 0;
  readonly examples: MergeConflict[] = [];

  see(steps: readonly Step[]): void {
    for (const step of steps) {
      if (step.kind === 'catalog' || step.conflict === undefined) continue;
      this.conflicts += 1;
      if (step.conflict.decision === undefined) this.open += 1;
      if (this.examples.length < EXAMPLES) this.examples.push(step);
    }
  }
}

function pointOf({ branchId, lsn }: BranchState): ChainPoint {
  return { branchId, lsn };
}
