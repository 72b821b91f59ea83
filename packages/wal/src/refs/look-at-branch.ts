import type { MaybePromise, Store } from '../store/store';
import type { LiveBranch } from './records';

/** A live branch, and what a look at it showed while it had the name that was asked for. */
export interface Sighting<T> extends LiveBranch {
  readonly seen: T;
}

/** Which of the two names stands for nothing. */
export type Absence = 'no-project' | 'no-branch';

/** Asks the store for the live branch of this name. */
export async function findBranch(
  store: Store,
  projectName: string,
  branchName: string,
): Promise<LiveBranch | Absence> {
  const foundProject = store.project(projectName);
  const project = foundProject instanceof Promise ? await foundProject : foundProject;
  if (project === undefined) return 'no-project';
  const foundBranch = store.branch(project.id, branchName);
  const branch = foundBranch instanceof Promise ? await foundBranch : foundBranch;
  return branch === undefined ? 'no-branch' : { project, branch };
}

/**
 * Finds a live branch by name and looks at it. `look` must ask the store for the branch's head, and may be called twice:
 * of a store that remembers names, that one question also tells whether what is remembered is still true, so nothing
 * else is asked.
 */
export async function lookAtBranch<T>(
  store: Store,
  projectName: string,
  branchName: string,
  look: (branchId: number) => MaybePromise<T>,
): Promise<Sighting<T> | Absence> {
  const known = store.known?.(projectName, branchName);
  if (known !== undefined) {
    const seen = await look(known.branch.id);
    const still = store.known?.(projectName, branchName);
    if (still?.branch.id === known.branch.id) return { ...still, seen };
  }
  const found = await findBranch(store, projectName, branchName);
  if (typeof found === 'string') return found;
  const seen = look(found.branch.id);
  return { ...found, seen: seen instanceof Promise ? await seen : seen };
}
