import type { Moment } from '@argon/engine';
import { UsageError } from '../errors/errors';
import { readSpokenTime } from './spoken-time';
import { localZone, timeInZone } from './zone';

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,3})\d*)?)?)?$/;
/** A zone behind a time: `Z`, `UTC`, `+02:00`, `Europe/Zurich`. */
const ZONE =
  /^(?<time>.*?)(?:(?<offset>(?<=\d{2})Z|(?<=:\d\d(?:[.:,]\d+)*)[+-]\d\d:?\d\d)| +(?<zone>Z|UTC|GMT|[+-]\d\d:?\d\d|[A-Za-z_]+(?:\/[A-Za-z0-9_+-]+)+))$/;

/** How times are written, for the help of options that take one. */
export const TIME_HELP =
  "2026-01-31, '2026-01-31 12:00', 2026-01-31T12:00:00Z, '2026-01-31 12:00 Europe/Zurich', '2 hours ago', 'yesterday 17:00'; " +
  'local time unless it has a zone';

/** Reads an LSN (`1042`) or a time, as `readTime` does. @throws UsageError */
export function readMoment(text: string, option: string, now = Date.now()): Moment {
  if (/^\d+$/.test(text)) return { lsn: readLsn(text, option) };
  return { timestamp: readTime(text, option, 'an LSN (1042) or a time', now) };
}

/** @throws UsageError */
export function readLsn(text: string, option: string): number {
  const lsn = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(lsn) || lsn < 1) {
    throw new UsageError(`${option} takes an LSN, a whole number from 1 up, and was given '${text}'.`);
  }
  return lsn;
}

/**
 * Reads a time: a day, or a day and a clock, as ISO 8601 has it or in words; in the zone that stands behind it, else in this
 * machine's. A day alone is its beginning. Milliseconds since the epoch. @throws UsageError for what is none, or not one
 */
export function readTime(text: string, option: string, expected = 'a time', now = Date.now()): number {
  const found = ZONE.exec(text.trim())?.groups;
  const time = found?.['time']?.trim() ?? text.trim();
  const zone = found?.['offset'] ?? found?.['zone'];
  const read = timeOf(time, zone === undefined ? localZone() : zoneNamed(zone), now);
  if (typeof read === 'number') return read;
  throw new UsageError(
    `${option} takes ${expected} (${TIME_HELP}), and was given '${text}'${read === '' ? '' : `: ${read}`}.`,
  );
}

function timeOf(text: string, zone: string, now: number): number | string {
  const [, ...parts] = ISO.exec(text) ?? [];
  if (parts.length === 0) return /[a-z:/]/i.test(text) ? readSpokenTime(text, zone, now) : '';
  const [year, month, day, hour, minute, second] = parts.map((part) => Number(part ?? 0));
  const millisecond = Number((parts[6] ?? '').padEnd(3, '0'));
  // The day begins later where clocks leave midnight out.
  const between = parts[3] === undefined ? 'nearest' : undefined;
  const wall = { year, month, day, hour, minute, second, millisecond } as Parameters<typeof timeInZone>[0];
  return timeInZone(wall, zone, between);
}

/** A zone as libraries know it. */
function zoneNamed(zone: string): string {
  if (zone === 'Z' || zone === 'GMT') return 'UTC';
  return /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
}
