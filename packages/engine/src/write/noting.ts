import type { Commit, DraftCommit } from '@argon/wal';

/** A commit of which its writer wants to hear when it is durable. */
export interface NotedCommit extends DraftCommit {
  /** Told of the commit as it lies in the log. */
  readonly made?: (commit: Commit) => void;
}

/** What a write notes with its commits. */
export interface Noting {
  /** The write is computed, perhaps not for the first time: nothing is done yet. */
  begin(): void;
  /** The commit that is being sealed, with what is to be noted. */
  noted(commit: DraftCommit): NotedCommit;
}
