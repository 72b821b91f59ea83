import type { ChunkHash, ChunkStore, SnapshotStore } from '@argon/wal';
import type { KnownStates } from '../replay/known-states';
import { ChunkDamagedError, ChunkMissingError } from '../tree/errors';

/** Chunks that were missed once. */
const REMEMBERED = 10_000;

/**
 * What to do when a chunk that a state stands on is lost. It may have been collected since, with the snapshot that it
 * belonged to: then it is enough to forget the states in memory and read the snapshots that there are now. If it is missed
 * again it is really lost: everything in a snapshot can be computed from the log, so the snapshots go, branches are
 * replayed, and snapshots taken anew.
 */
export class Healing {
  readonly #missed = new Set<ChunkHash>();
  #underWay: Promise<void> | undefined;

  constructor(
    private readonly chunks: ChunkStore,
    private readonly snapshots: SnapshotStore,
    private readonly states: KnownStates,
  ) {}

  /** True if that was what went wrong and it is mended, so that it is worth trying again. */
  async heal(error: unknown): Promise<boolean> {
    if (!(error instanceof ChunkMissingError) && !(error instanceof ChunkDamagedError)) return false;
    this.states.clear();
    if (!this.#missed.has(error.hash)) {
      if (this.#missed.size >= REMEMBERED) this.#missed.clear();
      this.#missed.add(error.hash);
      return true;
    }
    this.#underWay ??= this.#forgetAll(error.hash).finally(() => {
      this.#underWay = undefined;
    });
    await this.#underWay;
    return true;
  }

  async #forgetAll(hash: ChunkHash): Promise<void> {
    for (const { branchId, lsn } of await this.snapshots.list()) await this.snapshots.remove(branchId, lsn);
    // A damaged one would be taken for there when it is put again.
    await this.chunks.remove([hash], Infinity);
    this.states.clear();
  }
}
