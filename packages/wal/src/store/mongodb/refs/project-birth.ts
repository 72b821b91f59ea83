import { projectBirth } from '../../../refs/control-entries';
import { ProjectExistsError } from '../../../refs/errors';
import { madeAt } from '../../../entry/settle';
import { newProject } from '../../../refs/new-records';
import { validateBranchName, validateStoredProjectName } from '../../../refs/names';
import type { BranchRecord, ProjectRecord } from '../../../refs/records';
import type { CreateProjectRequest } from '../../store';
import { duplicateIn } from '../connection/failure';
import { inTransaction } from '../connection/transaction';
import { untilKnown } from '../connection/until-known';
import type { StoreContext } from '../context';
import { CommitOutcomeUnknownError } from '../errors';
import { endAfter } from '../log/writer';
import { birthOf } from './birth-record';
import { type StoredProject, storedBranch, storedProject } from './shape';

/**
 * Makes a project and its first branch: both records and the log's, in one transaction.
 * @throws ProjectExistsError
 */
export async function createProject(
  { client, collections, ends, leases, location, now, writer }: StoreContext,
  request: CreateProjectRequest,
): Promise<{ project: ProjectRecord; branch: BranchRecord }> {
  validateStoredProjectName(request.name);
  validateBranchName(request.branchName);
  const taken = await collections.projects.findOne({ name: request.name, status: 'active' });
  if (taken !== null) throw new ProjectExistsError(request.name);
  const id = await leases.take(2, 0);
  const createdAt = madeAt(request, now());
  const { project, branch } = newProject(request, id, createdAt);
  const group = birthOf(branch, projectBirth(request, id), id);
  const stored = storedProject(project);
  try {
    await untilKnown<StoredProject>({
      attempt: () =>
        inTransaction(client, async (session) => {
          await collections.projects.insertOne(stored, { session });
          await collections.branches.insertOne(storedBranch(branch), { session });
          await writer.writeWithin(session, group.records);
        }),
      look: async () => (await collections.projects.findOne({ _id: stored._id })) ?? undefined,
      unknown: (cause) => new CommitOutcomeUnknownError(location, 'a project', cause),
    });
  } catch (error) {
    if (!(error instanceof CommitOutcomeUnknownError)) leases.untake(id, 2);
    if (duplicateIn(error) === 'name') throw new ProjectExistsError(request.name);
    throw error;
  }
  ends.saw(branch.id, endAfter(group));
  return { project, branch };
}
