import type { Materializer } from '@argon/materializer';
import { retentionOf, type BranchRecord, type Lsn, type ProjectRecord, type Store } from '@argon/wal';
import { lsnOf } from '../place/chain';
import type { RestoreTarget } from './contract';
import { TagNotFoundError } from './errors';

/** A moment on the chain of a branch: not always the one that is restored. */
export interface FoundTarget {
  readonly owner: BranchRecord;
  readonly lsn: Lsn;
}

/**
 * Finds what is to be gone back to: a tag of the branch itself goes before one of another.
 * @throws TagNotFoundError; what finding a moment throws
 */
export async function findTarget(
  store: Store,
  materializer: Materializer,
  project: ProjectRecord,
  branch: BranchRecord,
  to: RestoreTarget,
): Promise<FoundTarget> {
  if (!('tag' in to)) return { owner: branch, lsn: await lsnOf(materializer, branch.id, to) };
  for (const owner of [branch, ...(await store.branches(project.id))]) {
    const pin = retentionOf(owner).pins.find(({ name }) => name === to.tag);
    if (pin !== undefined) return { owner, lsn: pin.lsn };
  }
  throw new TagNotFoundError(to.tag, project.name);
}
