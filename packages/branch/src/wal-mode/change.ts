import {
  BranchNotFoundError,
  controlEntry,
  type Actor,
  type BranchChange,
  type DraftCommit,
  type RefOperation,
  type Store,
} from '@argon/wal';

/** A control entry of a branch, as a commit of its own. */
export function controlCommit(
  operation: RefOperation,
  document: Readonly<Record<string, unknown>>,
  actor: Actor,
): DraftCommit {
  return { actor, entries: [controlEntry(operation, document)] };
}

/**
 * Appends a control commit to a branch's chain and changes its record, in one step. What a writer commits meanwhile
 * goes before it: the head is taken again until the append lands.
 * @returns the commit's LSN @throws BranchNotFoundError when the branch was deleted meanwhile
 */
export async function appendControl(
  store: Store,
  branchId: number,
  commit: DraftCommit,
  change: BranchChange,
): Promise<number> {
  for (;;) {
    const head = await store.head(branchId);
    const result = await store.append({ branchId, after: head.lsn, commits: [commit], change });
    if (result.appended) return result.commits.at(-1)!.lsn;
    if (result.reason === 'branch-deleted') throw new BranchNotFoundError(branchId);
  }
}
