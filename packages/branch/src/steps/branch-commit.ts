import { formatAddress, type Draft, type WalEngine, type WriteOptions } from '@argon/engine';
import { NOBODY, type Actor, type Lsn } from '@argon/wal';
import type { FoundPlace } from '../place/places';
import { PlanOutdatedError } from './errors';

/** Work on a branch that becomes one commit, or is only looked at. */
export interface BranchCommit<R> {
  readonly engine: WalEngine;
  readonly place: FoundPlace;
  /** The head that the branch must have, for what was looked at before. */
  readonly expectedHead: Lsn | undefined;
  /** What the commit changes of the branch's record. */
  readonly change?: WriteOptions['change'] | undefined;
  /** Drafts it and reports on it; runs again from a newer head. */
  draft(draft: Draft): Promise<R>;
  /** The last word before it is written: throws if it must not be, or drafts what a look does not need. */
  beforeWriting?(draft: Draft, report: R): void;
}

/**
 * What the work would do. Of very much work (see `StepWriter`) the later part is not checked against validators and unique
 * indexes. @throws PlanOutdatedError; what the draft throws */
export async function look<R>(work: BranchCommit<R>): Promise<R> {
  try {
    return await run(work, NOBODY, {}, (_, report) => {
      throw new OnlyLooking(report);
    });
  } catch (error) {
    if (error instanceof OnlyLooking) return error.report as R;
    throw error;
  }
}

/** Does it. `head` is the commit's LSN; undefined if there was nothing to write. @throws PlanOutdatedError; what the draft throws */
export async function commit<R>(work: BranchCommit<R>, actor: Actor): Promise<R & { head: Lsn | undefined }> {
  let head: Lsn | undefined;
  const options: WriteOptions = {
    large: true,
    committed: (commits) => {
      head = commits.at(-1)!.lsn;
    },
    ...(work.change === undefined ? {} : { change: work.change }),
  };
  const report = await run(work, actor, options, (draft, drafted) => work.beforeWriting?.(draft, drafted));
  return { ...report, head };
}

/** @throws PlanOutdatedError */
export function checkHead({ branch }: FoundPlace, expected: Lsn | undefined, head: Lsn): void {
  if (expected !== undefined && expected !== head) throw new PlanOutdatedError(branch.name, expected, head);
}

/** Ends a computation whose result must not be written. */
class OnlyLooking extends Error {
  constructor(readonly report: unknown) {
    super();
  }
}

function run<R>(
  work: BranchCommit<R>,
  actor: Actor,
  options: WriteOptions,
  drafted: (draft: Draft, report: R) => void,
): Promise<R> {
  const { project, branch } = work.place;
  const database = formatAddress({ project: project.name, branch: branch.name });
  const draftOnce = async (draft: Draft) => {
    checkHead(work.place, work.expectedHead, draft.base.lsn);
    const report = await work.draft(draft);
    drafted(draft, report);
    return report;
  };
  return work.engine.write(branch.id, database, draftOnce, actor, { alone: true, ...options });
}
