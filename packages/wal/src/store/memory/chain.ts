import { entryChecksum } from '../../entry/codec';
import type { Commit, Entry, Lsn } from '../../entry/entry';
import type { EntryRewrite } from '../store';

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
  commits: Commit[] = [];
  #entries: Entry[] = [];

  readonly #births: readonly Lsn[];

  constructor(birth: readonly Entry[]) {
    this.#births = birth.map(({ lsn }) => lsn);
    this.#entries.push(...birth);
  }

  push(commit: Commit): void {
    this.commits.push(commit);
    for (const entry of commit.entries) this.#entries.push(entry);
  }

  /** See `Store.rewrite`; what is above `horizon` stays. */
  rewrite(changes: readonly EntryRewrite[], horizon: Lsn): void {
    const wanted = new Map<Lsn, EntryRewrite['keep']>();
    const births = new Set(this.#births);
    for (const { lsn, keep } of changes) if (lsn <= horizon && !births.has(lsn)) wanted.set(lsn, keep);
    const kept = (entries: readonly Entry[]): Entry[] =>
      entries
        .filter(({ lsn }) => wanted.get(lsn) !== 'nothing')
        .map((entry) => (wanted.get(entry.lsn) === 'hollow' ? hollow(entry) : entry));
    this.#entries = kept(this.#entries);
    let after = this.commits[0]?.after ?? 0;
    const commits: Commit[] = [];
    for (const commit of this.commits) {
      const entries = kept(commit.entries);
      if (entries.length === 0) continue;
      commits.push({ ...commit, after, entries });
      after = commit.lsn;
    }
    this.commits = commits;
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

/** The entry without its document. */
function hollow(entry: Entry): Entry {
  const bare = { ...entry, document: null };
  return { ...bare, checksum: entryChecksum(bare) };
}
