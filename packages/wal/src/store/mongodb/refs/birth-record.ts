import type { DraftCommit, Lsn } from '../../../entry/entry';
import { settleCommits } from '../../../entry/settle';
import type { BranchRecord } from '../../../refs/records';
import { packGroup } from '../record/pack';
import type { RecordGroup } from '../record/shape';

/** The log record that begins a branch's chain; the same whoever makes it, as the branch's record tells all of it. */
export function birthOf(branch: BranchRecord, draft: DraftCommit, firstLsn: Lsn): RecordGroup {
  const unsettled = { branchId: branch.id, after: 0, commits: [draft] };
  const commits = settleCommits(unsettled, firstLsn, branch.createdAt);
  return packGroup(commits, { refLsn: branch.id, changesRef: true, startLsn: branch.startLsn });
}
