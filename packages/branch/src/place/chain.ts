import type { Moment } from '@argon/engine';
import type { Materializer } from '@argon/materializer';
import type { Lsn } from '@argon/wal';

/** The LSN a moment means on a branch. @throws MomentOutOfRangeError for a time before the project */
export async function lsnOf(materializer: Materializer, branchId: number, moment: Moment): Promise<Lsn> {
  return 'lsn' in moment ? moment.lsn : materializer.lsnAtTime(branchId, moment.timestamp);
}
