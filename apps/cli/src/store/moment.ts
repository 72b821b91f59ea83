import type { Moment } from '@argon/engine';
import { UsageError } from '../errors/errors';

const TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** Reads an LSN (`1042`) or a time (`2026-01-31`, `2026-01-31T12:00:00Z`; UTC unless it says). @throws UsageError */
export function readMoment(text: string, option: string): Moment {
  if (/^\d+$/.test(text)) return { lsn: readLsn(text, option) };
  return { timestamp: readTime(text, option, 'an LSN (1042) or a time') };
}

/** @throws UsageError */
export function readLsn(text: string, option: string): number {
  const lsn = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(lsn) || lsn < 1) {
    throw new UsageError(`${option} takes an LSN, a whole number from 1 up, and was given '${text}'.`);
  }
  return lsn;
}

/** Milliseconds since the epoch. @throws UsageError */
export function readTime(text: string, option: string, expected = 'a time'): number {
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/.test(text.slice(10));
  const time = TIME.test(text) ? Date.parse(text.length > 10 && !hasZone ? `${text}Z` : text) : Number.NaN;
  // Date.parse rolls 31 February over into March; a day that does not exist is a mistake.
  const day = Date.parse(text.slice(0, 10));
  if (Number.isNaN(time) || new Date(day).toISOString().slice(0, 10) !== text.slice(0, 10)) {
    throw new UsageError(
      `${option} takes ${expected} (2026-01-31, or 2026-01-31T12:00:00Z), and was given '${text}'.`,
    );
  }
  return time;
}
