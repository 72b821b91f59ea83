import { WalOnlyError, type Place } from '@argon/branch';
import { BranchNotFoundError, retentionOf } from '@argon/wal';
import { UsageError } from '../errors/errors';
import { didYouMean, withHint } from '../errors/hints';
import type { Session } from './session';
import { branchInUse } from './target';
import { readMoment } from './moment';

/** How places are written, for help. */
export const PLACE_HELP =
  "a branch (main), a tag (v1), or either at an LSN or a time (main@1042, 'main@yesterday 17:00'); @1042 is on the branch in use";

/**
 * Reads a place of a project: `branch`, `tag`, `branch@1042`, `branch@2026-01-31T12:00`, or `@1042` on the branch in use.
 * @throws UsageError; BranchNotFoundError, with a hint, for what is neither a branch nor a tag
 */
export async function readPlace(
  session: Session,
  project: string,
  text: string,
  argument: string,
): Promise<Place> {
  const at = text.indexOf('@');
  const named = at < 0 ? text : text.slice(0, at);
  const moment = at < 0 ? undefined : text.slice(at + 1);
  if (named === '' && moment === undefined) throw new UsageError(`${argument} takes ${PLACE_HELP}.`);
  const name = named === '' ? branchInUse(session, project) : named;
  await checkName(session, project, name);
  return moment === undefined ? { project, name } : { project, name, at: readMoment(moment, argument) };
}

async function checkName(session: Session, project: string, name: string): Promise<void> {
  const branches = await session.branches.list(project);
  const traditional = branches.find((branch) => branch.name === name && branch.type === 'traditional');
  if (traditional !== undefined) throw new WalOnlyError('do that', name);
  const logged = branches.filter((branch) => branch.type === 'wal');
  const names = logged.flatMap((branch) => [branch.name, ...retentionOf(branch).pins.map((pin) => pin.name)]);
  if (!names.includes(name)) throw withHint(new BranchNotFoundError(name), didYouMean(name, names));
}
