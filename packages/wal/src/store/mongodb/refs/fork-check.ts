import { Long } from 'mongodb';
import type { Lsn } from '../../../entry/entry';
import { InvalidForkPointError } from '../../../refs/errors';
import { forkPlace } from '../../../refs/fork-point';
import type { BranchRecord } from '../../../refs/records';
import type { StoreContext } from '../context';
import type { LogReader } from '../log/reader';
import { branchOf } from './shape';

/**
 * Checks that a commit which the parent shows ends at `baseLsn`, and gives the time of the parent's head. Asks nothing
 * when forking at a head that this process knows.
 * @throws InvalidForkPointError
 */
export async function checkForkPoint(
  { ends, collections }: StoreContext,
  reader: LogReader,
  parent: BranchRecord,
  baseLsn: Lsn,
): Promise<number> {
  const known = ends.known(parent.id);
  const end = known !== undefined && known.lsn >= baseLsn ? known : await ends.current(parent.id);
  const ancestors = new Map<number, BranchRecord>();
  for (let branch = parent; branch.parentId !== null && baseLsn < branch.baseLsn;) {
    const stored = await collections.branches.findOne({ _id: Long.fromNumber(branch.parentId) });
    if (stored === null) break;
    branch = branchOf(stored);
    ancestors.set(branch.id, branch);
  }
  const place = forkPlace({ ...parent, headLsn: end.lsn }, baseLsn, (id) => ancestors.get(id));
  // What an ancestor's record says of its head is merely recent, but it was the end of a commit.
  if (place.isBoundary) return end.timestamp;
  const commit = await reader.commitAtOrBefore(place.branch.id, { lsn: baseLsn });
  if (commit?.lsn !== baseLsn) throw new InvalidForkPointError(baseLsn, parent.id, end.lsn);
  return end.timestamp;
}
