import type { AnyBranch } from '@argon/branch/dual';
import { isoTime, moment } from './numbers';

/** A branch in JSON output. A traditional one has no LSNs, and no history to tell of. */
export function branchJson(branch: AnyBranch): object {
  const { type, id, name, project, parent } = branch;
  const common = { type, id, name, project, parent };
  const settings = { protected: branch.protected, expiresAt: isoTime(branch.expiresAt) };
  if (branch.type === 'traditional') {
    return { ...common, createdAt: isoTime(branch.createdAt), ...settings };
  }
  return {
    ...common,
    headLsn: branch.headLsn,
    baseLsn: branch.baseLsn,
    headAt: isoTime(branch.headAt),
    createdAt: isoTime(branch.createdAt),
    createdBy: branch.createdBy,
    ...settings,
    resets: branch.resets,
  };
}

/** `main (Head LSN: 2, Base LSN: 0)`, `main (prefixed collections)` */
export function branchLine(branch: AnyBranch): string {
  return branch.type === 'traditional'
    ? `${branch.name} (prefixed collections)`
    : `${branch.name} (Head LSN: ${branch.headLsn}, Base LSN: ${branch.baseLsn})`;
}

/** `[WAL]`, `[Traditional]` */
export function typeMark({ type }: AnyBranch): string {
  return type === 'wal' ? '[WAL]' : '[Traditional]';
}

/** `protected, expires 2026-01-31 12:00` */
export function branchFlags(branch: AnyBranch): string {
  const words: string[] = [];
  if (branch.protected) words.push('protected');
  if (branch.expiresAt !== null) words.push(`expires ${moment(branch.expiresAt)}`);
  return words.join(', ');
}
