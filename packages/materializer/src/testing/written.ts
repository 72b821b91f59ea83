import { NOBODY, type AppendRequest, type Commit, type DraftEntry, type Store } from '@argon/wal';

/** Appends commits, each a list of entries, at the head of a branch, which nobody else may move meanwhile. */
export async function written(
  store: Store,
  branchId: number,
  commits: readonly (readonly DraftEntry[])[],
  change?: AppendRequest['change'],
): Promise<readonly Commit[]> {
  const { lsn: after } = await store.head(branchId);
  const drafts = commits.map((entries) => ({ entries, actor: NOBODY }));
  const result = await store.append({ branchId, after, commits: drafts, ...(change && { change }) });
  if (!result.appended) throw new Error(`The test's own commits were refused: ${result.reason}`);
  return result.commits;
}
