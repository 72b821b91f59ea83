import type { Lsn } from '../entry/entry';
import type { BranchChange } from '../store/store';
import { InvalidResetError, SourceTooLargeError } from './errors';
import { changesRetention, changedRetention, checkRetention } from './retention-change';
import { validateBranchName } from './names';
import type { BranchRecord, Reset } from './records';

/** Bytes of `BranchRecord.source`: it is written with every commit that moves it. */
const MAX_SOURCE = 64 * 1024;

/**
 * Checks what a change asks for, as far as the record alone tells. That the new name is free is the store's to check.
 * @throws InvalidNameError, InvalidResetError, LsnBelowHorizonError, InvalidHorizonError, PinExistsError, PinNotFoundError,
 *   SourceTooLargeError
 */
export function checkChange(record: BranchRecord, change: BranchChange): void {
  if (change.name !== undefined) validateBranchName(change.name);
  if (change.resetTo !== undefined && change.resetBranch === undefined) {
    const to = change.resetTo;
    if (!Number.isSafeInteger(to) || to < record.baseLsn || to > record.headLsn) {
      throw new InvalidResetError(record.id, to, record.baseLsn, record.headLsn);
    }
  }
  const size = change.source?.length ?? 0;
  if (size > MAX_SOURCE) throw new SourceTooLargeError(record.id, size, MAX_SOURCE);
  checkRetention(record, change);
}

/** The record after commits up to `head`, the last of which carries the change. */
export function changedRecord(
  record: BranchRecord,
  change: BranchChange | undefined,
  head: Lsn,
): BranchRecord {
  if (change === undefined) return { ...record, headLsn: head };
  const { source: before, ...rest } = record;
  const source = change.source === undefined ? before : change.source;
  return {
    ...rest,
    ...(source === undefined || source === null ? {} : { source }),
    headLsn: head,
    name: change.name ?? record.name,
    protected: change.protected ?? record.protected,
    expiresAt: change.expiresAt === undefined ? record.expiresAt : change.expiresAt,
    status: change.status ?? record.status,
    resets:
      change.resetTo === undefined
        ? record.resets
        : [...record.resets, resetOf(change.resetTo, change, head)],
    ...(change.merged === undefined
      ? {}
      : { merges: [...(record.merges ?? []), { lsn: head, ...change.merged }] }),
    ...(changesRetention(change) ? { retention: changedRetention(record, change) } : {}),
  };
}

/** The reset that a change adds, by the commit that carries it. */
export function resetOf(to: Lsn, { resetBranch }: BranchChange, lsn: Lsn): Reset {
  return { lsn, to, ...(resetBranch === undefined ? {} : { branchId: resetBranch }) };
}
