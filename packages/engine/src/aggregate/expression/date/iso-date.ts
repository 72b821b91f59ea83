import { dateMilliseconds } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { civilTime, type CivilTime } from './calendar';
import { millisecondsOf } from './date-value';

/** `2017-02-08T12:10:40.787Z`, for messages; a date out of the range mongod prints is `illegal date`. */
export function describeDate(date: Date): string {
  if (Number.isNaN(dateMilliseconds(date))) return 'illegal date';
  const time = civilTime(millisecondsOf(date));
  return time.year < 0 || time.year > 9999 ? 'illegal date' : isoText(time);
}

/** The same in UTC as a result; 18537 for years outside 0–9999. */
export function dateToText(date: Date): string {
  const time = civilTime(millisecondsOf(date));
  checkYear(time.year);
  return isoText(time);
}

/** Throws unless a year can be written with four digits. */
export function checkYear(year: number): void {
  if (year >= 0 && year <= 9999) return;
  throw new CommandError(
    18537,
    `Could not convert date to string: date component was outside the supported range of 0-9999: ${year}`,
  );
}

function isoText(time: CivilTime): string {
  const date = `${pad(time.year, 4)}-${pad(time.month, 2)}-${pad(time.day, 2)}`;
  return `${date}T${pad(time.hour, 2)}:${pad(time.minute, 2)}:${pad(time.second, 2)}.${pad(time.millisecond, 3)}Z`;
}

export function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
