/** The proleptic Gregorian calendar on plain numbers, for years far beyond what JavaScript's Date holds. */

export const DAY_MS = 86_400_000;
const DAYS_PER_ERA = 146_097;

/** A point on the calendar and clock, without a time zone. Months and days count from 1. */
export interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/** Days since 1970-01-01. `month` and `day` may lie outside of their ranges; they carry over. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const months = year * 12 + (month - 1);
  const shifted = Math.floor(months / 12);
  const monthIndex = months - shifted * 12;
  const y = monthIndex < 2 ? shifted - 1 : shifted;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * ((monthIndex + 10) % 12) + 2) / 5);
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - 719_468 + (day - 1);
}

export function civilFromDays(days: number): { year: number; month: number; day: number } {
  const z = days + 719_468;
  const era = Math.floor(z / DAYS_PER_ERA);
  const dayOfEra = z - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Splits milliseconds since the epoch into whole days and the rest. */
export function splitDays(milliseconds: bigint): { days: number; rest: number } {
  const day = BigInt(DAY_MS);
  let days = milliseconds / day;
  let rest = milliseconds % day;
  if (rest < 0n) {
    rest += day;
    days -= 1n;
  }
  return { days: Number(days), rest: Number(rest) };
}

export function civilTime(milliseconds: bigint): CivilTime {
  const { days, rest } = splitDays(milliseconds);
  return {
    ...civilFromDays(days),
    hour: Math.floor(rest / 3_600_000),
    minute: Math.floor(rest / 60_000) % 60,
    second: Math.floor(rest / 1000) % 60,
    millisecond: rest % 1000,
  };
}

/** 0 for Sunday … 6 for Saturday. */
export function weekday(days: number): number {
  return (((days + 4) % 7) + 7) % 7;
}

/** 1 for 1 January. */
export function dayOfYear(days: number): number {
  return days - daysFromCivil(civilFromDays(days).year, 1, 1) + 1;
}

/** Weeks start on Sunday; the days before the year's first Sunday are in week 0. */
export function weekOfYear(days: number): number {
  return Math.floor((dayOfYear(days) + 6 - weekday(days)) / 7);
}

/** 1 for Monday … 7 for Sunday. */
export function isoWeekday(days: number): number {
  return weekday(days) || 7;
}

/** The ISO 8601 week, and the year it belongs to: that of its Thursday. */
export function isoWeek(days: number): { year: number; week: number } {
  const thursday = days - isoWeekday(days) + 4;
  const { year } = civilFromDays(thursday);
  return { year, week: Math.floor((thursday - daysFromCivil(year, 1, 1)) / 7) + 1 };
}

/** The day of an ISO week date; week and weekday may lie outside of their ranges. */
export function daysFromIsoWeek(year: number, week: number, day: number): number {
  const fourth = daysFromCivil(year, 1, 4);
  return fourth - isoWeekday(fourth) + 1 + (week - 1) * 7 + (day - 1);
}

export function daysInMonth(year: number, month: number): number {
  return daysFromCivil(year, month + 1, 1) - daysFromCivil(year, month, 1);
}

export function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}
