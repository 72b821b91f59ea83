import { findBranch, type Store } from '@argon/wal';
import { LegacyBranchService } from '../prefix/service/legacy-branch-service';
import type { CrossingParts } from './dual-mode';

/** Whether the log has a branch of this name. */
export async function isInLog(store: Store, project: string, branch: string): Promise<boolean> {
  return typeof (await findBranch(store, project, branch)) !== 'string';
}

/** What makes and deletes the traditional branches of a project whose others are in the log: a name is one for both. */
export function legacyServiceOf({ log, directory }: CrossingParts): LegacyBranchService {
  return new LegacyBranchService(directory, (name) => isInLog(log.engine.store, directory.project, name));
}
