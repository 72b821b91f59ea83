import type { Commit, Lsn } from '@argon/wal';

/**
 * What this process commits to a branch while a snapshot of it is being taken: applied to the snapshot's state
 * afterwards, it need not be read from the log again.
 */
export class FollowedCommits {
  /** Groups of commits that follow each other, in order. */
  #groups: (readonly Commit[])[] = [];
  #end: Lsn;

  constructor(
    readonly branchId: number,
    lsn: Lsn,
  ) {
    this.#end = lsn;
  }

  /** To be told of every commit of this process to the branch. */
  add(commits: readonly Commit[]): void {
    if (commits[0]!.after !== this.#end) this.#groups = [];
    this.#groups.push(commits);
    this.#end = commits[commits.length - 1]!.lsn;
  }

  /** The commits after one and up to another; undefined unless all of them are there. Lets go of them. */
  take(after: Lsn, through: Lsn): readonly (readonly Commit[])[] | undefined {
    const groups = this.#groups;
    this.#groups = [];
    return groups[0]?.[0]!.after === after && this.#end === through ? groups : undefined;
  }
}
