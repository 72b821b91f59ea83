import type { Draft, WalEngine } from '@argon/engine';
import type { Actor, BranchChange, Lsn } from '@argon/wal';
import { deciderOf } from '../merge/decide';
import { Places, type FoundPlace } from '../place/places';
import { compareStates } from '../restore/comparison';
import { checkHead, commit, look, type BranchCommit } from '../steps/branch-commit';
import { draftSteps } from '../steps/draft-steps';
import type { Watch } from '../steps/watch';
import { resetBranch } from '../wal-mode/reset';
import { unpinEntry } from '../wal-mode/retention';
import type { UndoReport, UndoRequest } from './contract';
import { UndoConflictError, UndoRequestError } from './errors';
import { lastRestore, type LastRestore } from './last-restore';
import { isUntouched, mergeBack, restoreBack, type WayBack } from './way-back';
import { undoSteps, type UndoNotes, type WrittenUndo } from './undo-steps';

/**
 * Takes back what was done on a branch by a new commit, and keeps what came after it. Where later work changed the same
 * things, that is a conflict, which is told and never decided silently.
 */
export class UndoService {
  readonly #engine: WalEngine;
  readonly #places: Places;

  constructor(engine: WalEngine) {
    this.#engine = engine;
    this.#places = new Places(engine.store, engine.materializer);
  }

  /** What an undo would do. @throws as `undo`, but for conflicts, which the report counts */
  async preview(request: UndoRequest): Promise<UndoReport> {
    return this.#run(request, undefined);
  }

  /**
   * Does it, in one commit, if no conflict stays open. The last restore of a whole branch, and a merge, are undone by
   * moving the pointer, unless somebody has written since: so a restore is undone as it was made, and a merge is no longer
   * in the branch's history.
   * @throws ProjectNotFoundError, BranchNotFoundError, NoRestoreError, UndoCommitNotFoundError, UndoRequestError,
   *   LsnOutOfRangeError, LsnBelowHorizonError; UndoConflictError, ViolationError, BranchProtectedError,
   *   PlanOutdatedError. Then nothing was written
   */
  async undo(request: UndoRequest, actor: Actor): Promise<UndoReport> {
    return this.#run(request, actor);
  }

  async #run(request: UndoRequest, actor: Actor | undefined): Promise<UndoReport> {
    checkRequest(request);
    for (;;) {
      const place = await this.#places.branch(request.project, request.branch);
      const { store, materializer } = this.#engine;
      const { what } = request;
      const restore = what.kind === 'last-restore' ? await lastRestore(store, place.branch) : undefined;
      const head = await materializer.current(place.branch.id);
      checkHead(place, request.expectedHead, head.lsn);
      const back = restore === undefined ? await mergeBack(store, head, place, what) : restoreBack(restore);
      if (back !== undefined && (await isUntouched(store, place.branch.id, back.of, head.lsn))) {
        const report = await this.#reset(place, back, head.lsn, actor, request.watch);
        if (report !== undefined) return report;
        // Somebody wrote meanwhile, which a reset would hide.
        continue;
      }
      const written: WrittenUndo =
        what.kind === 'last-restore' ? { kind: 'commit', lsn: restore!.lsn } : what;
      const attempt = new UndoAttempt(this.#engine, request, place, written, restore);
      return actor === undefined ? look(attempt) : commit(attempt, actor);
    }
  }

  async #reset(
    place: FoundPlace,
    { to, point }: WayBack,
    from: Lsn,
    actor: Actor | undefined,
    watch: Watch | undefined,
  ): Promise<UndoReport | undefined> {
    const { store, materializer } = this.#engine;
    const { branch } = place;
    const [now, then] = await Promise.all([
      materializer.stateAt(branch.id, from),
      materializer.stateAt(branch.id, to),
    ]);
    const { counts } = await compareStates(materializer, now, then, watch);
    const report: UndoReport = {
      branch: branch.name,
      by: 'reset',
      from,
      restorePoint: point,
      counts,
      ...NO_CONFLICTS,
      head: undefined,
    };
    if (actor === undefined) return report;
    try {
      const { head } = await resetBranch(store, materializer, branch, { lsn: to }, actor, (after) => {
        if (after !== from) throw new HeadMoved();
        return point === undefined
          ? { change: {}, entries: [] }
          : { change: { unpin: point }, entries: [unpinEntry(point)] };
      });
      return { ...report, head };
    } catch (error) {
      if (error instanceof HeadMoved) return undefined;
      throw error;
    }
  }
}

const NO_CONFLICTS = { conflicts: 0, open: 0, examples: [], left: 0, leftExamples: [] } as const;

/** One undo by a commit, computed against the head as often as that moves. */
class UndoAttempt implements BranchCommit<UndoReport> {
  constructor(
    readonly engine: WalEngine,
    private readonly request: UndoRequest,
    readonly place: FoundPlace,
    private readonly what: WrittenUndo,
    private readonly restore: LastRestore | undefined,
  ) {}

  get expectedHead(): Lsn | undefined {
    return this.request.expectedHead;
  }

  get change(): (() => BranchChange) | undefined {
    const { restore } = this;
    return restore && (() => ({ unpin: restore.point.name }));
  }

  async draft(draft: Draft): Promise<UndoReport> {
    const { request, place, restore, engine, what } = this;
    const notes: UndoNotes = { left: 0, leftExamples: [] };
    const areSeveral = what.kind === 'commits' && what.commits.length > 1;
    const decider = request.decider ?? deciderOf({});
    const steps = undoSteps(engine, place, draft, what, decider, notes, request.watch);
    const drafted = await draftSteps(draft, steps, request.watch, areSeveral);
    return {
      branch: place.branch.name,
      by: 'commit',
      from: draft.base.lsn,
      restorePoint: restore?.point.name,
      ...drafted,
      ...notes,
      head: undefined,
    };
  }

  /** @throws UndoConflictError */
  beforeWriting(draft: Draft, { branch, open, examples }: UndoReport): void {
    if (open > 0) throw new UndoConflictError(examples, branch, open);
    if (this.restore !== undefined) draft.control(unpinEntry(this.restore.point.name));
  }
}

/** @throws UndoRequestError */
function checkRequest({ what }: UndoRequest): void {
  if (what.kind === 'actor' && what.by.user === undefined && what.by.app === undefined) {
    throw new UndoRequestError(
      'nobody is named whose changes are meant; name a user, an application, or both',
    );
  }
  if (what.kind === 'commits' && what.commits.length === 0) throw new UndoRequestError('no commit is named');
}

/** Ends a reset that would hide what it was not computed from. */
class HeadMoved extends Error {}
