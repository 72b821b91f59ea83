import { compileFilter, type Draft, type WalEngine, type WriteOptions } from '@argon/engine';
import type { BranchState } from '@argon/materializer';
import type { Actor, Lsn } from '@argon/wal';
import { Places, type FoundPlace } from '../place/places';
import { ResetBelowBaseError } from '../service/errors';
import { checkHead, commit } from '../steps/branch-commit';
import { draftSteps } from '../steps/draft-steps';
import type { Watch } from '../steps/watch';
import { resetBranch } from '../wal-mode/reset';
import { pinEntry } from '../wal-mode/retention';
import { compareSelection, compareStates } from './comparison';
import type { RestorePoint, RestorePreview, RestoreReport, RestoreRequest } from './contract';
import { TagElsewhereError } from './errors';
import { restorePointAt, restorePointsOf } from './restore-points';
import { restoreSteps } from './restore-steps';
import type { Selection } from './selection';
import { findTarget, type FoundTarget } from './target';

/** A request, and what its names stand for. */
interface Restore {
  readonly place: FoundPlace;
  readonly target: FoundTarget;
  readonly selection: Selection;
  readonly whole: boolean;
  readonly expectedHead: Lsn | undefined;
  readonly watch: Watch | undefined;
}

/**
 * Takes branches back: as a whole by moving the pointer, or some collections or documents by writing what they were as
 * one new commit. Either makes a restore point in the same step, so that it can be undone.
 */
export class RestoreService {
  readonly #engine: WalEngine;
  readonly #places: Places;

  constructor(engine: WalEngine) {
    this.#engine = engine;
    this.#places = new Places(engine.store, engine.materializer);
  }

  /**
   * What a restore would do. Takes as long as the two states differ, and memory for a batch.
   * @throws as `restore`, but for what the branch's own rules do not allow
   */
  async preview(request: RestoreRequest): Promise<RestorePreview> {
    const restore = await this.#find(request);
    const { materializer } = this.#engine;
    const { place, whole, selection, watch } = restore;
    const { name } = place.branch;
    const now = await this.#places.stateOf(place);
    const then = await this.#stateThen(restore);
    const comparison = whole
      ? await compareStates(materializer, now, then, watch)
      : await compareSelection(materializer, now, then, selection, name, watch);
    return { branch: name, whole, from: now.lsn, to: then.lsn, at: then.timestamp, ...comparison };
  }

  /**
   * Does it. A whole branch costs the same whatever it holds.
   * @throws ProjectNotFoundError, BranchNotFoundError, TagNotFoundError, LsnOutOfRangeError, LsnBelowHorizonError,
   *   MomentOutOfRangeError; of a whole branch BranchProtectedError, ResetBelowBaseError, TagElsewhereError; of a part
   *   RestoreCollectionNotFoundError, RestoreNameTakenError, ViolationError, CommandError for a filter that mongod would
   *   refuse; PlanOutdatedError. Then nothing was written
   */
  async restore(request: RestoreRequest, actor: Actor): Promise<RestoreReport> {
    const restore = await this.#find(request);
    return restore.whole ? this.#whole(restore, actor) : this.#part(restore, actor);
  }

  /** A branch's restore points, newest first. @throws ProjectNotFoundError, BranchNotFoundError */
  async restorePoints(project: string, branch: string): Promise<readonly RestorePoint[]> {
    const { store } = this.#engine;
    const found = await this.#places.branch(project, branch);
    const points = restorePointsOf(found.branch).map(async ({ name, lsn }) => {
      const at = (await store.commitAtOrBefore(found.branch.id, { lsn }))?.timestamp;
      return { name, lsn, branch: found.branch.name, at: at ?? found.branch.createdAt };
    });
    return Promise.all(points);
  }

  async #find({ project, branch, to, collections, filter, ...rest }: RestoreRequest): Promise<Restore> {
    const place = await this.#places.branch(project, branch);
    const { store, materializer } = this.#engine;
    const target = await findTarget(store, materializer, place.project, place.branch, to);
    const whole = collections === undefined && filter === undefined;
    if (whole) checkWhole(place, target, to);
    const beside = { expectedHead: rest.expectedHead, watch: rest.watch };
    const matcher = filter === undefined ? undefined : compileFilter(filter);
    return { place, target, selection: { collections, matcher }, whole, ...beside };
  }

  #stateThen({ target: { owner, lsn } }: Restore): Promise<BranchState> {
    return this.#engine.materializer.stateAt(owner.id, lsn);
  }

  async #whole({ place, target, expectedHead }: Restore, actor: Actor): Promise<RestoreReport> {
    const { store, materializer } = this.#engine;
    const { branch } = place;
    const { lsn } = target;
    const report = await resetBranch(store, materializer, branch, { lsn }, actor, (from) => {
      checkHead(place, expectedHead, from);
      const pin = restorePointAt(from);
      return { change: { pin }, entries: [pinEntry(pin)] };
    });
    return { ...report, whole: true, restorePoint: restorePointAt(report.from), counts: undefined };
  }

  async #part(restore: Restore, actor: Actor): Promise<RestoreReport> {
    const { place, selection, expectedHead, watch } = restore;
    const { name: branch } = place.branch;
    const engine = this.#engine;
    const then = await this.#stateThen(restore);
    const change: WriteOptions['change'] = ({ lsn }) => ({ pin: restorePointAt(lsn) });
    const draftOnce = async (draft: Draft) => {
      const { lsn: from } = draft.base;
      const steps = restoreSteps(engine.materializer, draft.base, then, selection, branch);
      const { counts } = await draftSteps(draft, steps, watch);
      const isNothing = Object.values(counts).every((count) => count === 0);
      const restorePoint = isNothing ? undefined : restorePointAt(from);
      if (restorePoint !== undefined) draft.control(pinEntry(restorePoint));
      return { branch, whole: false, from, to: then.lsn, restorePoint, counts };
    };
    return commit({ engine, place, expectedHead, change, draft: draftOnce }, actor);
  }
}

/** @throws TagElsewhereError, ResetBelowBaseError */
function checkWhole({ branch }: FoundPlace, { owner, lsn }: FoundTarget, to: RestoreRequest['to']): void {
  if ('tag' in to && owner.id !== branch.id) throw new TagElsewhereError(to.tag, owner.name, branch.name);
  if (lsn < branch.baseLsn) throw new ResetBelowBaseError(branch.name, lsn, branch.baseLsn);
}
