import type { Lsn } from '@argon/wal';
import type { LayeredBranchState } from '../state/branch-state';

/** How much farther back the next older state may lie. */
const FACTOR = 4;

/**
 * Past states of one chain, the denser the nearer: at any distance d (in entries) behind the newest, one lies at most
 * about 4·d behind it. So reading a moment costs a replay in proportion to how long ago it was, and a branch keeps
 * O(log entries) states, which share most of their nodes.
 */
export class Trail {
  #marks: { state: LayeredBranchState; position: number }[] = [];
  #position = 0;

  get size(): number {
    return this.#marks.length;
  }

  get newest(): LayeredBranchState | undefined {
    return this.#marks[this.#marks.length - 1]?.state;
  }

  /** Adds a state that lies `entries` entries after the newest one. */
  push(state: LayeredBranchState, entries: number): void {
    const marks = this.#marks;
    this.#position += entries;
    marks.push({ state, position: this.#position });
    for (let i = marks.length - 2; i > 0; i--) {
      const older = this.#position - marks[i - 1]!.position;
      const newer = this.#position - marks[i + 1]!.position;
      if (older <= FACTOR * newer) marks.splice(i, 1);
    }
  }

  /** The newest state at or before an LSN. */
  nearest(lsn: Lsn): LayeredBranchState | undefined {
    for (let i = this.#marks.length - 1; i >= 0; i--) {
      const { state } = this.#marks[i]!;
      if (state.lsn <= lsn) return state;
    }
    return undefined;
  }

  /** The oldest state at or after an LSN. */
  next(lsn: Lsn): LayeredBranchState | undefined {
    return this.#marks.find(({ state }) => state.lsn >= lsn)?.state;
  }

  states(): readonly LayeredBranchState[] {
    return this.#marks.map(({ state }) => state);
  }
}
