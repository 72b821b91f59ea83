import { decodeDocument } from '@argon/bson';
import { type BranchRecord, type Commit, type Entry, type Lsn, type Pin, type Store } from '@argon/wal';
import { restorePointsOf } from '../restore/restore-points';
import { NoRestoreError } from './errors';

/** A restore that can be undone. */
export interface LastRestore {
  readonly point: Pin;
  /** Its commit. */
  readonly lsn: Lsn;
  /** Whether it was a reset. */
  readonly whole: boolean;
}

/** The newest restore whose point is there; undoing it takes the point away. @throws NoRestoreError */
export async function lastRestore(store: Store, branch: BranchRecord): Promise<LastRestore> {
  for (const point of restorePointsOf(branch)) {
    const commit = await commitAfter(store, branch.id, point.lsn);
    if (commit === undefined || !commit.entries.some((entry) => tellsOf(entry, point))) continue;
    const whole = commit.entries.some(({ operation }) => operation === 'reset_branch');
    return { point, lsn: commit.lsn, whole };
  }
  throw new NoRestoreError(branch.name);
}

async function commitAfter(store: Store, branchId: number, lsn: Lsn): Promise<Commit | undefined> {
  const commits = store.commits(branchId, { after: lsn })[Symbol.asyncIterator]();
  const { value, done } = await commits.next();
  await commits.return?.();
  return done === true ? undefined : value[0];
}

function tellsOf({ operation, document }: Entry, { name }: Pin): boolean {
  if (operation !== 'modify_branch' || document === null) return false;
  const pin = decodeDocument(document).get('pin');
  return pin instanceof Map && pin.get('name') === name;
}
