import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_BRANCH } from '@argon/engine';
import type { Store } from '@argon/wal';
import { typeOfNew, type BranchType, type Flags } from '../flags/flags';
import type { BranchDirectory } from '../prefix/service/branch-directory';
import type { FenceRecord, LegacyBranch } from '../prefix/service/branch-records';
import { clearDeadFence, isDead } from './fence';
import { isInLog } from './in-log';
import type { Turns } from './turns';

/** A process that has turned a branch over and was not seen for so long is taken for dead, ms. */
export const FENCE_DEAD_AFTER = 30_000;
const POLL_MS = 25;

/** Who serves a branch. */
export interface Side {
  readonly type: BranchType;
  /** Its record in the legacy database; undefined for a branch that only the log has, or nobody. */
  readonly record: LegacyBranch | undefined;
}

/**
 * Which side serves each branch of a project: its record in the legacy database says so (`use_wal`); branches without a
 * record are the log's.
 */
export class Sides {
  constructor(
    readonly directory: BranchDirectory,
    private readonly store: Store,
    /** As they are now: they may change at any time. */
    readonly flags: () => Flags,
    /** Brings branches to where flags want them; without it they stay where they are. */
    private readonly turns?: Turns,
  ) {}

  /** Who serves it, as known at most a second ago. @throws the driver's errors, LegacyProjectsError */
  async of(branch: string): Promise<Side> {
    const { branches } = await this.directory.known();
    const record = branches.get(branch);
    if (record === undefined) {
      const isInLog = await this.isInLog(branch);
      return isInLog ? this.steered(branch, { type: 'wal', record: undefined }) : this.now(branch);
    }
    // It may be turned over at any moment, and what is acknowledged on the other side then is to be seen at once.
    return record.fence === undefined ? this.steered(branch, sideOf(record)) : this.now(branch);
  }

  /** The same, asked anew. */
  async now(branch: string): Promise<Side> {
    const { branches } = await this.directory.refresh();
    const record = branches.get(branch);
    if (record !== undefined) return this.steered(branch, sideOf(record));
    const inLog = await this.isInLog(branch);
    // A project that is nowhere yet comes into being where the flags want it.
    const type = inLog || branch !== DEFAULT_BRANCH ? 'wal' : typeOfNew(this.flags(), branch, Date.now());
    const side: Side = { type, record: undefined };
    return inLog ? this.steered(branch, side) : side;
  }

  /** Who takes its writes. Waits while it is being turned over; of a turn whose process died nobody takes notice any more. */
  async forWriting(branch: string, signal?: AbortSignal): Promise<Side> {
    let side = await this.of(branch);
    let fence: FenceRecord | undefined;
    let since = 0;
    while (side.record?.fence !== undefined) {
      const { by, seen } = side.record.fence;
      if (fence?.by !== by || fence.seen !== seen) {
        fence = side.record.fence;
        since = performance.now();
      }
      if (isDead(side.record.fence) || performance.now() - since > FENCE_DEAD_AFTER) {
        await clearDeadFence(this.directory, this.store, side.record);
      }
      await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal });
      side = await this.now(branch);
    }
    return side;
  }

  private async isInLog(branch: string): Promise<boolean> {
    const { project } = this.directory;
    if (this.store.known?.(project, branch) !== undefined) return true;
    return isInLog(this.store, project, branch);
  }

  private steered(branch: string, side: Side): Side {
    this.turns?.steer(branch, side, this.flags());
    return side;
  }
}

function sideOf(record: LegacyBranch): Side {
  return { type: record.useWal ? 'wal' : 'traditional', record };
}
