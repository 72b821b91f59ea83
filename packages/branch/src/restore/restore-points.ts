import { retentionOf, type BranchRecord, type Lsn, type Pin } from '@argon/wal';

const NAME = /^restore-\d+$/;

/** The pin that a restore makes of the head before it. */
export function restorePointAt(lsn: Lsn): Pin {
  return { name: `restore-${lsn}`, lsn };
}

/** Whether a name is one of restore points', which tags may not have. */
export function isRestorePointName(name: string): boolean {
  return NAME.test(name);
}

/** Restore points of a branch, newest first. Any other pin is a tag. */
export function restorePointsOf(branch: Pick<BranchRecord, 'retention'>): readonly Pin[] {
  return retentionOf(branch)
    .pins.filter(isRestorePoint)
    .sort((a, b) => b.lsn - a.lsn);
}

export function isRestorePoint({ name, lsn }: Pin): boolean {
  return name === restorePointAt(lsn).name;
}
