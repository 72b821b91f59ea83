import { BranchNotFoundError, type BranchRecord, type Lsn, type Store } from '@argon/wal';

/** A part of a chain that a branch's history runs along: commits after `after`, up to and including `through`. */
export interface Span {
  readonly chain: BranchRecord;
  readonly after: Lsn;
  /** Infinity for the branch's own chain. */
  readonly through: Lsn;
}

/**
 * The chains that lead from a commit to a branch's head: those of its ancestors up to where each was forked, then its own.
 * Resets and adoptions lie in them as commits.
 * @param after a commit boundary; 0: from the beginning
 * @throws BranchNotFoundError
 */
export async function spansAfter(store: Store, branchId: number, after: Lsn): Promise<readonly Span[]> {
  const spans: Span[] = [];
  let through = Infinity;
  for (let id = branchId; ;) {
    const chain = await store.branchById(id);
    if (chain === undefined) throw new BranchNotFoundError(id);
    const start = Math.max(after, chain.startLsn);
    if (through > start) spans.unshift({ chain, after: start, through });
    if (chain.parentId === null || after >= chain.baseLsn) return spans;
    through = Math.min(through, chain.baseLsn);
    id = chain.parentId;
  }
}
