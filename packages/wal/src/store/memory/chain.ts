import type { Commit, Entry, Lsn } from '../../entry/entry';

/** The index of the first element for which `isAfter` holds, by bisection; the length if there is none. */
function firstIndex<T>(sorted: readonly T[], isAfter: (element: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isAfter(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** One branch's chain: the entries of its birth, and its commits in order. */
export class Chain {
  readonly commits: Commit[] = [];
  readonly #entries: Entry[] = [];

  constructor(birth: readonly Entry[]) {
    this.#entries.push(...birth);
  }

  push(commit: Commit): void {
    this.commits.push(commit);
    for (const entry of commit.entries) this.#entries.push(entry);
  }

  /** The entry at this LSN, the birth's included. */
  entry(lsn: Lsn): Entry | undefined {
    const found = this.#entries[firstIndex(this.#entries, (entry) => entry.lsn >= lsn)];
    return found?.lsn === lsn ? found : undefined;
  }

  /** Commits greater than `after`, up to and including `through`. */
  between(after: Lsn, through: Lsn): readonly Commit[] {
    const start = firstIndex(this.commits, (commit) => commit.lsn > after);
    const end = firstIndex(this.commits, (commit) => commit.lsn > through);
    return this.commits.slice(start, Math.max(start, end));
  }

  atOrBeforeLsn(lsn: Lsn): Commit | undefined {
    return this.commits[firstIndex(this.commits, (commit) => commit.lsn > lsn) - 1];
  }

  atOrBeforeTime(timestamp: number): Commit | undefined {
    return this.commits[firstIndex(this.commits, (commit) => commit.timestamp > timestamp) - 1];
  }

  get last(): Commit | undefined {
    return this.commits[this.commits.length - 1];
  }
}
