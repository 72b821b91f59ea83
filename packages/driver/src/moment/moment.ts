import type { Moment } from '@argon/engine';
import { InvalidMomentError } from './errors';

/** A moment by time. @throws InvalidMomentError for what is not a time */
export function momentAtTime(time: Date | number): Moment {
  const timestamp = typeof time === 'number' ? time : time.getTime();
  if (!Number.isFinite(timestamp)) throw new InvalidMomentError('time', String(time), 'a valid Date');
  return { timestamp };
}

/** A moment by LSN. @throws InvalidMomentError for what cannot be one */
export function momentAtLsn(lsn: number): Moment {
  if (!Number.isSafeInteger(lsn) || lsn < 1)
    throw new InvalidMomentError('LSN', String(lsn), 'an integer from 1 up');
  return { lsn };
}
