import type { BranchInfo } from '@argon/branch';
import { isoTime } from './numbers';

/** A branch in JSON output. */
export function branchJson(branch: BranchInfo): object {
  return {
    id: branch.id,
    name: branch.name,
    project: branch.project,
    parent: branch.parent,
    headLsn: branch.headLsn,
    baseLsn: branch.baseLsn,
    headAt: isoTime(branch.headAt),
    createdAt: isoTime(branch.createdAt),
    createdBy: branch.createdBy,
    protected: branch.protected,
    expiresAt: isoTime(branch.expiresAt),
    resets: branch.resets,
  };
}

/** `main (Head LSN: 2, Base LSN: 0)` */
export function branchLine({ name, headLsn, baseLsn }: BranchInfo): string {
  return `${name} (Head LSN: ${headLsn}, Base LSN: ${baseLsn})`;
}
