import { UsageError } from '../../errors/errors';
import { readTime } from '../../store/moment';

const UNITS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 24 * 3_600_000,
  week: 7 * 24 * 3_600_000,
};

/**
 * Milliseconds of `30 days`, `1 week`, `12 hours`; undefined if the text is something else.
 */
export function readSpan(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?) *(minute|hour|day|week)s?$/.exec(text.trim()) ?? [];
  return number === undefined ? undefined : Number(number) * UNITS[unit!]!;
}

/** A time: `30 days ago`, or as `readTime` reads it. Milliseconds since the epoch. @throws UsageError */
export function readPast(text: string, option: string, now: number): number {
  if (!/ ago$/.test(text.trim())) return readTime(text, option, "a time ('30 days ago')");
  const span = readSpan(text.trim().slice(0, -' ago'.length));
  if (span !== undefined) return now - span;
  throw new UsageError(
    `${option} takes '30 days ago' (minutes, hours, days, weeks) or a time, and was given '${text}'.`,
  );
}
