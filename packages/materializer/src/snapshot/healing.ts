import type { ChunkStore, SnapshotStore } from '@argon/wal';
import type { KnownStates } from '../replay/known-states';
import { ChunkDamagedError, ChunkMissingError } from '../tree/errors';

/**
 * What to do when a chunk that a state stands on is lost: everything in a snapshot can be computed from the log, so the
 * snapshots go, and what was read from them is forgotten. Branches are replayed, and snapshots taken anew.
 */
export class Healing {
  /** Chunks found missing or damaged. */
  lost = 0;
  #underWay: Promise<void> | undefined;

  constructor(
    private readonly chunks: ChunkStore,
    private readonly snapshots: SnapshotStore,
    private readonly states: KnownStates,
  ) {}

  /** True if that was what went wrong and it is mended, so that it is worth trying again. */
  async heal(error: unknown): Promise<boolean> {
    if (!(error instanceof ChunkMissingError) && !(error instanceof ChunkDamagedError)) return false;
    this.lost += 1;
    this.#underWay ??= this.#forgetAll(error.hash).finally(() => {
      this.#underWay = undefined;
    });
    await this.#underWay;
    return true;
  }

  async #forgetAll(hash: string): Promise<void> {
    for (const { branchId, lsn } of await this.snapshots.list()) await this.snapshots.remove(branchId, lsn);
    // A damaged one would be taken for there when it is put again.
    await this.chunks.remove([hash], Infinity);
    this.states.clear();
  }
}
