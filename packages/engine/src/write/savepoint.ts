import type { BranchState } from '@argon/materializer';
import type { CappedRooms } from './capped-rooms';
import type { PendingMark } from './pending-changes';

/** Where a draft stood, to go back to when a statement fails. */
export interface Savepoint {
  readonly state: BranchState;
  readonly pending: PendingMark;
  readonly count: number;
  readonly open: number;
  readonly commits: number;
  readonly bytes: number;
  readonly capped: CappedRooms | undefined;
}
