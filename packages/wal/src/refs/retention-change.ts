import type { BranchChange } from '../store/store';
import {
  InvalidHorizonError,
  InvalidPolicyError,
  LsnBelowHorizonError,
  PinExistsError,
  PinNotFoundError,
} from './errors';
import { validatePinName } from './names';
import type { BranchRecord } from './records';
import { isRetained, MOST_DAYS, type KeepPolicy, type Retention, retentionOf } from './retention';

/** Whether a change concerns what is kept. */
export function changesRetention({ horizon, pin, unpin, keep, projectKeep }: BranchChange): boolean {
  return [horizon, pin, unpin, keep, projectKeep].some((part) => part !== undefined);
}

/**
 * @throws LsnBelowHorizonError, InvalidHorizonError, InvalidPolicyError, PinExistsError, PinNotFoundError,
 *   InvalidNameError
 */
export function checkRetention(record: BranchRecord, change: BranchChange): void {
  const { horizon, pins } = retentionOf(record);
  const readable = (lsn: number) => {
    if (!isRetained(record, lsn)) throw new LsnBelowHorizonError(record.id, lsn, { lsn: horizon });
  };
  const isOnChain = (lsn: number) =>
    Number.isSafeInteger(lsn) && lsn >= record.startLsn && lsn <= record.headLsn;
  if (change.resetTo !== undefined && change.resetBranch === undefined) readable(change.resetTo);
  if (change.horizon !== undefined) {
    const { lsn } = change.horizon;
    if (!isOnChain(lsn) || lsn < horizon) {
      throw new InvalidHorizonError(record.id, lsn, {
        from: Math.max(horizon, record.startLsn),
        to: record.headLsn,
      });
    }
  }
  if (change.pin !== undefined) {
    const { name, lsn } = change.pin;
    validatePinName(name);
    if (pins.some((pin) => pin.name === name)) throw new PinExistsError(name, record.id);
    if (!isOnChain(lsn))
      throw new InvalidHorizonError(record.id, lsn, { from: record.startLsn, to: record.headLsn });
    readable(lsn);
  }
  if (change.unpin !== undefined && !pins.some((pin) => pin.name === change.unpin)) {
    throw new PinNotFoundError(change.unpin, record.id);
  }
  checkPolicy(change.keep);
  checkPolicy(change.projectKeep);
}

/** The retention after a change, which has been checked. */
export function changedRetention(record: BranchRecord, change: BranchChange): Retention {
  const before = retentionOf(record);
  const pins = before.pins.filter((pin) => pin.name !== change.unpin);
  return {
    ...before,
    pins: change.pin === undefined ? pins : [...pins, change.pin],
    keep: change.keep === undefined ? before.keep : change.keep,
    projectKeep: change.projectKeep === undefined ? before.projectKeep : change.projectKeep,
    ...(change.horizon === undefined
      ? {}
      : { horizon: change.horizon.lsn, horizonSetAt: change.horizon.at, compacted: 0 }),
  };
}

function checkPolicy(policy: KeepPolicy | null | undefined): void {
  if (policy === undefined || policy === null || 'all' in policy) return;
  if ('sincePin' in policy) return validatePinName(policy.sincePin);
  if ('days' in policy) {
    if (!(policy.days >= 0 && policy.days <= MOST_DAYS))
      throw new InvalidPolicyError('days', policy.days, MOST_DAYS);
  } else if (!(Number.isSafeInteger(policy.sinceLsn) && policy.sinceLsn >= 0)) {
    throw new InvalidPolicyError('sinceLsn', policy.sinceLsn);
  }
}
