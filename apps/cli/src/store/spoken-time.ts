import { createRequire } from 'node:module';
import type * as Chrono from 'chrono-node/en';
import { timeInZone, wallTimeIn } from './zone';

/** Loaded when it is needed: most commands are given no such time. */
const load = createRequire(import.meta.url);

/** Words that mean some hours of a day, but none of them. */
const VAGUE = /\b(?:morning|afternoon|evening|tonight|night)\b/i;
const WITHOUT_YEAR = 'say the year';

/**
 * Reads a time in words (`2 hours ago`, `yesterday 17:00`, `last friday`, `31 January 2026 12:00`), as clocks of a zone show
 * it; a day alone is its beginning. Milliseconds since the epoch; text if that cannot be told: why not.
 */
export function readSpokenTime(text: string, zone: string, now: number): number | string {
  const { casual } = load('chrono-node/en') as typeof Chrono;
  const wall = wallTimeIn(zone, now);
  if (wall === undefined) return `there is no time zone '${zone}'`;
  if (/\d[/.]\d+[/.]\d/.test(text)) return 'write the day as 2026-01-31';
  if (VAGUE.test(text)) return 'say the hour';
  // Reckoned on the zone's clocks as if they were UTC's, so that its words for days are this zone's days.
  const { year, month, day, hour, minute, second, millisecond } = wall;
  const reference = new Date(Date.UTC(year, month - 1, day, hour, minute, second, millisecond));
  const [found, ...more] = casual.parse(text, { instant: reference, timezone: 0 });
  if (found === undefined || more.length > 0 || found.text.length !== text.length) return UNREADABLE;
  if (found.end !== null && found.end !== undefined) return 'it is a span of time';
  const { start } = found;
  const tags = start.tags();
  if (tags.has('result/relativeDateAndTime')) return now + start.date().getTime() - reference.getTime();
  const isRelative = tags.has('result/relativeDate');
  const hasClock = start.isCertain('hour');
  if (!isRelative) {
    if (start.isCertain('timezoneOffset') && !/^now$/i.test(text)) {
      return 'write the zone as Europe/Zurich or +02:00';
    }
    if (start.isCertain('weekday') && !/\b(?:last|past|this|next)\b/i.test(text)) return 'say last or next';
    if (start.isCertain('month') && !start.isCertain('year')) return WITHOUT_YEAR;
  }
  const get = (unit: Chrono.Component) => start.get(unit) ?? 0;
  const isDayAlone = !isRelative && !hasClock;
  return timeInZone(
    {
      year: get('year'),
      month: get('month'),
      day: get('day'),
      hour: isDayAlone ? 0 : get('hour'),
      minute: isDayAlone ? 0 : get('minute'),
      second: isDayAlone ? 0 : get('second'),
      millisecond: isDayAlone ? 0 : get('millisecond'),
    },
    zone,
    // What clocks leave out is no mistake of whoever says '30 days ago', or names a day.
    isRelative || isDayAlone ? 'nearest' : undefined,
  );
}

/** What is wrong with words that mean no time. */
const UNREADABLE = '';
