import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientSession, Long } from 'mongodb';
import type { Actor, DraftCommit, Lsn } from '../../../entry/entry';
import { settleCommits } from '../../../entry/settle';
import { branchDeletion, projectDeletion } from '../../../refs/control-entries';
import { BranchNotFoundError, ProjectNotFoundError } from '../../../refs/errors';
import type { DeletionNote } from '../collections';
import { inTransaction } from '../connection/transaction';
import { untilKnown } from '../connection/until-known';
import type { StoreContext } from '../context';
import { CommitOutcomeUnknownError } from '../errors';
import type { ChainEnd } from '../log/heads';
import { endAfter } from '../log/writer';
import { packGroup, storedActor } from '../record/pack';
import type { RecordGroup } from '../record/shape';
import { closeStragglers } from './close-branch';
import type { StoredProject } from './shape';

/** No creation of a branch takes this long, ms. */
const SLOWEST_CREATION_MS = 3_600_000;
/** How long a branch's record may take to reach a majority, and the pause between two looks for it, ms. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 2;

/**
 * Marks a project and all its branches deleted, in one transaction: a delete_branch commit on each live branch, so
 * that nobody appends there any more, then delete_project on the chain of the project's first branch. Branches that were
 * made at the same time, which the transaction did not see, are closed after it; see branch-birth.ts.
 * @throws ProjectNotFoundError
 */
export async function deleteProject(context: StoreContext, projectId: number, actor: Actor): Promise<void> {
  const { client, collections, ends, leases, location } = context;
  const id = Long.fromNumber(projectId);
  const live = await collections.projects.findOne({ _id: id, status: 'active' });
  if (live === null) throw new ProjectNotFoundError(projectId);
  const lsns = new ReusableLsns(context);
  let groups: RecordGroup[] = [];
  let runs = 0;
  try {
    await untilKnown<StoredProject>({
      attempt: () =>
        withChains(context, () =>
          inTransaction(client, async (session) => {
            runs += 1;
            groups = await deleteWithin(context, session, id, actor, lsns, runs > 1);
          }),
        ),
      look: async () => (await collections.projects.findOne({ _id: id, status: 'deleted' })) ?? undefined,
      unknown: (cause) => new CommitOutcomeUnknownError(location, 'the deletion of a project', cause),
    });
  } catch (error) {
    if (!(error instanceof CommitOutcomeUnknownError)) leases.untake(lsns.first, lsns.count);
    throw error;
  }
  for (const group of groups) ends.saw(group.branchId, endAfter(group));
  await closeStragglers(context, projectId, actor);
}

/** Closes branches that deletions left open because they, or the makers of those branches, were killed. */
export async function sweepDeletions(context: StoreContext, notes: readonly DeletionNote[]): Promise<void> {
  for (const { _id, project_id, actor, since } of notes) {
    await closeStragglers(context, Number(project_id), { user: actor.user, app: actor.app });
    // A creation that is merely slow may still come; while it may, the note stays.
    if (Date.now() - since.getTime() < SLOWEST_CREATION_MS) continue;
    await context.collections.meta.deleteOne({ _id }, { writeConcern: { w: 1 } });
  }
}

/** Completes branches whose births are still missing when the transaction comes upon them; then it runs again. */
async function withChains(context: StoreContext, work: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof BranchNotFoundError)) throw error;
      await complete(context, Number(error.data['branch']), deadline);
    }
  }
}

/** A transaction also sees a branch's record that a majority does not have yet: then there is nothing to complete yet. */
async function complete({ ends }: StoreContext, branchId: number, deadline: number): Promise<void> {
  try {
    await ends.current(branchId);
  } catch (error) {
    if (!(error instanceof BranchNotFoundError) || performance.now() > deadline) throw error;
    await sleep(PAUSE_MS);
  }
}

async function deleteWithin(
  { collections, ends, now, turns, writer }: StoreContext,
  session: ClientSession,
  id: Long,
  actor: Actor,
  lsns: ReusableLsns,
  isContended: boolean,
): Promise<RecordGroup[]> {
  const projectId = id.toNumber();
  const project = await collections.projects.findOneAndUpdate(
    { _id: id, status: 'active' },
    { $set: { status: 'deleted' } },
    { session },
  );
  if (project === null) throw new ProjectNotFoundError(projectId);
  const branches = await collections.branches
    .find({ project_id: id, status: 'active' }, { session, sort: { _id: 1 } })
    .toArray();
  const firstBranch = projectId + 1;
  const tasks: { branchId: number; end: ChainEnd; commit: DraftCommit }[] = [];
  for (const { _id, name } of branches) {
    const branchId = Number(_id);
    if (isContended) await turns.ask(branchId);
    tasks.push({ branchId, end: await ends.current(branchId, session), commit: branchDeletion(name, actor) });
  }
  let firstEnd = tasks.find(({ branchId }) => branchId === firstBranch)?.end;
  firstEnd ??= await ends.current(firstBranch, session);
  const above = Math.max(firstEnd.lsn, ...tasks.map(({ branchId, end }) => Math.max(branchId, end.lsn)));
  let lsn = await lsns.take(tasks.length + 1, above);
  const timestamp = Math.max(now(), firstEnd.timestamp, ...tasks.map(({ end }) => end.timestamp));

  const groups: RecordGroup[] = [];
  const write = (branchId: number, end: ChainEnd, commit: DraftCommit) => {
    const commits = settleCommits({ branchId, after: end.lsn, commits: [commit] }, lsn, timestamp);
    const group = packGroup(commits, { refLsn: end.refLsn, changesRef: true, closed: true });
    groups.push(group);
    lsn += 1;
    return endAfter(group);
  };
  for (const { branchId, end, commit } of tasks) {
    const after = write(branchId, end, commit);
    if (branchId === firstBranch) firstEnd = after;
  }
  write(firstBranch, firstEnd, projectDeletion(project.name, actor));
  await writer.writeWithin(
    session,
    groups.flatMap(({ records }) => records),
  );
  const updates = groups.slice(0, tasks.length).map((group) => ({
    updateOne: {
      filter: { _id: Long.fromNumber(group.branchId) },
      update: {
        $set: {
          status: 'deleted' as const,
          head_lsn: Long.fromNumber(group.lsn),
          ref_lsn: Long.fromNumber(group.lsn),
        },
      },
    },
  }));
  if (updates.length > 0) await collections.branches.bulkWrite(updates, { session });
  await collections.meta.insertOne(
    { _id: `deleted:${projectId}`, project_id: id, actor: storedActor(actor), since: new Date() },
    { session },
  );
  return groups;
}

/** LSNs that stay the same when a transaction runs again, as long as they are still good. */
class ReusableLsns {
  readonly #context: StoreContext;
  first: Lsn = 0;
  count = 0;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async take(count: number, above: Lsn): Promise<Lsn> {
    if (this.count === count && this.first > above) return this.first;
    const { leases } = this.#context;
    if (this.count > 0) leases.untake(this.first, this.count);
    this.first = await leases.take(count, above);
    this.count = count;
    return this.first;
  }
}
