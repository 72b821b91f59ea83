import { BranchNotFoundError, type BranchLookup, type Lsn } from '@argon/wal';

/** A stretch of a branch's own chain: the commits in (after, through]. */
export interface ChainSpan {
  readonly kind: 'span';
  readonly branchId: number;
  readonly after: Lsn;
  readonly through: Lsn;
  /** A reset took it out of what the branch shows. */
  readonly hidden: boolean;
}

/** Where a branch began: the entries of its creation, newest first. */
export interface ChainBirth {
  readonly kind: 'birth';
  readonly branchId: number;
  readonly lsns: readonly Lsn[];
}

/**
 * What led to what a branch shows at an LSN, newest first: its own chain, then its parent's below the fork point, and so
 * on; every stretch that a reset ended begins with that reset's commit, and goes on in another branch's chain if the reset
 * adopted that. LSNs go down all the way, and so does time.
 * @param hidden what resets hid comes too, in its place
 * @throws BranchNotFoundError
 */
export async function* historySpans(
  branchId: number,
  lsn: Lsn,
  lookup: BranchLookup,
  hidden: boolean,
): AsyncGenerator<ChainSpan | ChainBirth> {
  let limit = lsn;
  const adopted = new Set<number>();
  for (let id: number | null = branchId; id !== null;) {
    const record = await lookup(id);
    if (record === undefined) throw new BranchNotFoundError(id);
    const at = limit;
    const reset = record.resets.findLast((each) => each.lsn <= at);
    if (reset !== undefined) {
      yield { kind: 'span', branchId: id, after: reset.lsn - 1, through: limit, hidden: false };
      if (reset.branchId !== undefined) adopted.add((id = reset.branchId));
      else if (hidden && reset.lsn - 1 > reset.to) {
        yield { kind: 'span', branchId: id, after: reset.to, through: reset.lsn - 1, hidden: true };
      }
      limit = reset.to;
      continue;
    }
    if (limit > record.baseLsn) {
      yield { kind: 'span', branchId: id, after: record.baseLsn, through: limit, hidden: false };
    }
    if (limit >= record.startLsn && !adopted.has(id)) {
      const lsns = record.parentId === null ? [id, record.projectId] : [id];
      yield { kind: 'birth', branchId: id, lsns };
    }
    limit = Math.min(limit, record.baseLsn);
    id = record.parentId;
  }
}
