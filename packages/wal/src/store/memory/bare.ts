import type { Commit } from '../../entry/entry';

/** As a bare range gives a commit (`LogRange`). */
export function bareCommit(commit: Commit): Commit {
  const entries = commit.entries.map((entry) =>
    entry.operation === 'update' ? { ...entry, documentId: null, document: null } : entry,
  );
  return { ...commit, entries };
}
