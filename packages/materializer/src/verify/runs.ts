import { isDocumentOperation, type Commit, type Lsn } from '@argon/wal';

/** Commits that follow each other and are looked at together. */
export interface Run {
  readonly commits: readonly Commit[];
  /** Whether they only change documents. */
  readonly isPlain: boolean;
}

/** Cuts commits behind those at certain LSNs, and around those that change more than documents. */
export function* runsOf(commits: readonly Commit[], ends: ReadonlySet<Lsn>): Generator<Run, undefined> {
  let open: Commit[] = [];
  for (const commit of commits) {
    const isPlain = commit.entries.every(({ operation }) => isDocumentOperation(operation));
    if (!isPlain) {
      if (open.length > 0) yield { commits: open, isPlain: true };
      open = [];
      yield { commits: [commit], isPlain: false };
      continue;
    }
    open.push(commit);
    if (!ends.has(commit.lsn)) continue;
    yield { commits: open, isPlain: true };
    open = [];
  }
  if (open.length > 0) yield { commits: open, isPlain: true };
}
