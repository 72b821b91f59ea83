/** The units of `$dateAdd`, `$dateDiff`, `$dateTrunc`, `$densify` and window ranges. */
export type TimeUnit =
  'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond';

/** Units of a fixed length in ms; days and weeks have one only where clocks are not changed. */
export const UNIT_MS: Readonly<Record<Exclude<TimeUnit, 'year' | 'quarter' | 'month'>, bigint>> = {
  week: 604_800_000n,
  day: 86_400_000n,
  hour: 3_600_000n,
  minute: 60_000n,
  second: 1000n,
  millisecond: 1n,
};

/** Units of a fixed number of months. */
export const UNIT_MONTHS: Readonly<Record<'year' | 'quarter' | 'month', number>> = {
  year: 12,
  quarter: 3,
  month: 1,
};

const UNITS = new Set<string>([...Object.keys(UNIT_MS), ...Object.keys(UNIT_MONTHS)]);

export function isTimeUnit(text: string): text is TimeUnit {
  return UNITS.has(text);
}

export function isMonthUnit(unit: TimeUnit): unit is 'year' | 'quarter' | 'month' {
  return Object.hasOwn(UNIT_MONTHS, unit);
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** 0 for Sunday; undefined if the text is no day of the week (in any case, or its first three letters). */
export function parseWeekday(text: string): number | undefined {
  const lower = text.toLowerCase();
  const index = WEEKDAYS.findIndex((name) => name === lower || name.slice(0, 3) === lower);
  return index < 0 ? undefined : index;
}
