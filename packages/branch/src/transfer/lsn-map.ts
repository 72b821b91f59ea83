import type { Lsn } from '@argon/wal';

interface Run {
  readonly first: Lsn;
  last: Lsn;
  /** What is added to an LSN of this run. */
  readonly shift: number;
}

/**
 * Where commits that were taken in lie now. Neighbours that were moved by as much are one run, so that it takes memory for
 * every turn of writers that there was, not for every commit.
 */
export class LsnMap {
  readonly #runs: Run[] = [];

  /** @param was greater than those before it */
  add(was: Lsn, is: Lsn): void {
    const last = this.#runs.at(-1);
    if (last?.shift === is - was) last.last = was;
    else this.#runs.push({ first: was, last: was, shift: is - was });
  }

  /** Where the last commit at or before an LSN lies now; undefined if there was none. */
  get(was: Lsn): Lsn | undefined {
    let [low, high] = [0, this.#runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#runs[middle]!.first <= was) low = middle + 1;
      else high = middle;
    }
    const run = this.#runs[low - 1];
    return run && Math.min(was, run.last) + run.shift;
  }
}
