import type { Lsn } from '../entry/entry';
import { LsnBelowHorizonError } from './errors';
import { holderOf } from './holder';
import type { BranchRecord } from './records';
import { isRetained, retentionOf } from './retention';
import type { BranchLookup } from './timeline';

/** What a commit merged: what a branch showed at an LSN. */
interface Merged {
  readonly from: number;
  readonly at: Lsn;
}

/**
 * Checks as a merge is recorded that what was merged is still kept, for compaction keeps where the next merge begins only
 * if it finds the merge on record by then.
 * @throws LsnBelowHorizonError
 */
export function checkMerged({ from, at }: Merged, branchOf: (id: number) => BranchRecord | undefined): void {
  let holder = branchOf(from);
  while (holder !== undefined && holder.parentId !== null && at < holder.baseLsn) {
    holder = branchOf(holder.parentId);
  }
  checkHolder(holder, at);
}

/** The same where records are asked for. @throws LsnBelowHorizonError */
export async function checkMergedLater({ from, at }: Merged, lookup: BranchLookup): Promise<void> {
  const source = await lookup(from);
  checkHolder(source && (await holderOf(source, at, lookup)), at);
}

function checkHolder(holder: BranchRecord | undefined, at: Lsn): void {
  if (holder === undefined || isRetained(holder, at)) return;
  throw new LsnBelowHorizonError(holder.id, at, { lsn: retentionOf(holder).horizon });
}
