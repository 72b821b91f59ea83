import { Timestamp } from '@argon/bson';
import { MomentOutOfRangeError, type Materializer } from '@argon/materializer';
import type { Lsn } from '@argon/wal';

const LOW_HALF = 2 ** 32;

/**
 * The cluster time of a commit: its second, and within it the low half of its LSN. Both never decrease along a branch, so
 * cluster times order a branch's commits as LSNs do, and say which second they mean as mongod's do.
 * @param commit the LSN of its last entry, and its time in ms since the epoch
 */
export function operationTime(commit: { readonly lsn: Lsn; readonly timestamp: number }): Timestamp {
  return new Timestamp({ t: Math.floor(commit.timestamp / 1000), i: commit.lsn % LOW_HALF });
}

/**
 * The LSN up to which a branch had come at a cluster time: that of its last commit whose `operationTime` is not greater.
 * @throws MomentOutOfRangeError for a time before the project, or in compacted history
 */
export async function lsnAtOperationTime(
  materializer: Materializer,
  branchId: number,
  time: Timestamp,
): Promise<Lsn> {
  const start = time.t * 1000;
  const latest = await materializer.lsnAtTime(branchId, start + 999);
  // LSNs of one second share their high half, but for the one second in 2^32 LSNs in which they pass it.
  const named = latest - (latest % LOW_HALF) + time.i;
  if (named >= latest) return latest;
  const before = await lastBefore(materializer, branchId, start);
  return Math.max(named, before);
}

/** The last commit before a second began; 0 when nothing is that old. */
async function lastBefore(materializer: Materializer, branchId: number, start: number): Promise<Lsn> {
  try {
    return await materializer.lsnAtTime(branchId, start - 1);
  } catch (error) {
    if (error instanceof MomentOutOfRangeError) return 0;
    throw error;
  }
}
