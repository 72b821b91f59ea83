import { createHash } from 'node:crypto';
import { findBranch, type Actor, type Store } from '@argon/wal';
import { isInLog } from './in-log';
import { appendControl, controlCommit } from '../wal-mode/change';

const PREFIX = 'standby-';
/** The most characters that a branch's name may have. */
const MAX_LENGTH = 100;
/** What is kept of a name that is too long with the prefix, in characters; its digest comes after. */
const KEPT = 60;

/**
 * What a branch is called in the log while its prefixed collections are what is served: whoever asks the log for a name finds
 * only what is served from there.
 */
export function standbyNameOf(branch: string): string {
  const characters = [...branch];
  if (characters.length + PREFIX.length <= MAX_LENGTH) return PREFIX + branch;
  const digest = createHash('sha256').update(branch).digest('hex').slice(0, 16);
  return `${PREFIX}${characters.slice(0, KEPT).join('')}-${digest}`;
}

export function isStandbyName(branch: string): boolean {
  return branch.startsWith(PREFIX);
}

/**
 * A branch's name as people know it, of any name that the log has for it.
 * @param branches among which it may be, if its name is a long one; of one that is not, what can be read is given
 */
export function servedNameOf(name: string, branches: Iterable<string> = []): string {
  if (!isStandbyName(name)) return name;
  for (const branch of branches) if (standbyNameOf(branch) === name) return branch;
  return name.slice(PREFIX.length);
}

/** Who mends what a process left that died between two steps. */
const MENDING: Actor = { user: 'argon', app: 'cutover' };

/**
 * Gives a branch in the log the name that goes with the side that serves it. A process that turned it over may have died
 * after the one and before the other. @param inLog whether the log serves it
 */
export async function mendName(store: Store, project: string, branch: string, inLog: boolean): Promise<void> {
  const [right, wrong] = inLog ? [branch, standbyNameOf(branch)] : [standbyNameOf(branch), branch];
  const misnamed = await findBranch(store, project, wrong);
  if (typeof misnamed === 'string' || (await isInLog(store, project, right))) return;
  const commit = controlCommit('rename_branch', { from: wrong, to: right }, MENDING);
  await appendControl(store, misnamed.branch.id, commit, { name: right });
}
