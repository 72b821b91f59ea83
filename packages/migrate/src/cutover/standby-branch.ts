import { WalBranchService } from '@argon/branch';
import { standbyNameOf, type CrossingParts } from '@argon/branch/dual';
import { DEFAULT_BRANCH } from '@argon/engine';
import {
  ProjectExistsError,
  type Actor,
  type BranchRecord,
  type ProjectRecord,
  type Store,
} from '@argon/wal';

/**
 * The branch in the log that stands behind a traditional one; made if it is not there, from what stands behind its
 * parent, so that it holds what differs from that, and no more.
 */
export async function standbyOf(
  { log, directory }: CrossingParts,
  branch: string,
  parent: string | null,
  actor: Actor,
): Promise<BranchRecord> {
  const { store, materializer } = log.engine;
  const project = await projectOf(store, directory.project, actor);
  const name = standbyNameOf(branch);
  const found = await store.branch(project.id, name);
  if (found !== undefined) return found;
  const branches = await store.branches(project.id);
  const [first] = branches;
  const named = (wanted: string) => branches.find((each) => each.name === wanted);
  const base = parent === null ? first! : (named(parent) ?? named(standbyNameOf(parent)) ?? first!);
  await new WalBranchService(store, materializer).create(project.name, name, { from: base.name }, actor);
  return (await store.branch(project.id, name))!;
}

/** The project in the log. Nothing in it is served before a branch is turned over, its first one neither. */
async function projectOf(store: Store, name: string, actor: Actor): Promise<ProjectRecord> {
  const found = await store.project(name);
  if (found !== undefined) return found;
  try {
    const request = { name, branchName: standbyNameOf(DEFAULT_BRANCH), actor };
    return (await store.createProject(request)).project;
  } catch (error) {
    if (!(error instanceof ProjectExistsError)) throw error;
    return (await store.project(name))!;
  }
}
