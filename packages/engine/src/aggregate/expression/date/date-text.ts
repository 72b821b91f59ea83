import { ConversionFailure } from '../convert/failure';
import { DAY_MS, daysFromCivil, daysFromIsoWeek, daysInMonth } from './calendar';
import { dateOf } from './date-value';
import { toUtc, type TimeZone } from './time-zone';

/** What a text says of a date; what it leaves out is not there. */
export interface DateFields {
  year?: number;
  month?: number;
  day?: number;
  isoYear?: number;
  isoWeek?: number;
  isoDay?: number;
  hour?: number;
  minute?: number;
  second?: number;
  millisecond?: number;
  /** Seconds since the epoch, instead of all the others. */
  epoch?: bigint;
  /** How far the named zone is ahead of UTC, in ms, and how it was written. */
  offset?: number;
  zoneText?: string;
}

export function parseFailure(text: string, position: number, reason: string): ConversionFailure {
  return new ConversionFailure(
    `Error parsing date string '${text}'; ${position}: ${reason} '${text[position] ?? ' '}'`,
  );
}

/** The moment that the fields mean: local to `zone` unless they name one themselves. */
export function dateOfFields(text: string, fields: DateFields, zone: TimeZone, zoneIsGiven: boolean): Date {
  if (fields.offset !== undefined && zoneIsGiven) throw twoZones(fields.zoneText ?? '');
  if (fields.epoch !== undefined) return dateOf(fields.epoch * 1000n);
  const days = daysOfFields(text, fields);
  const { hour = 0, minute = 0, second = 0, millisecond = 0 } = fields;
  if (hour > 23 || minute > 59 || second > 59) {
    throw parseFailure(text, text.length, 'The parsed time was invalid');
  }
  const clock = ((hour * 60 + minute) * 60 + second) * 1000 + millisecond;
  const local = BigInt(days) * BigInt(DAY_MS) + BigInt(clock);
  return dateOf(fields.offset === undefined ? toUtc(local, zone) : local - BigInt(fields.offset));
}

function twoZones(zoneText: string): ConversionFailure {
  return new ConversionFailure(
    /^[+-]/.test(zoneText)
      ? 'you cannot pass in a date/time string with GMT offset together with a timezone argument'
      : `you cannot pass in a date/time string with time zone information ('${zoneText}') together with a timezone argument`,
  );
}

function daysOfFields(text: string, fields: DateFields): number {
  const { year, month, day, isoYear, isoWeek = 1, isoDay = 1 } = fields;
  if (isoYear !== undefined) {
    if (year !== undefined || month !== undefined || day !== undefined) throw mixed(text);
    if (isoWeek < 1 || isoWeek > 53 || isoDay > 7)
      throw parseFailure(text, text.length, 'The parsed date was invalid');
    return daysFromIsoWeek(isoYear, isoWeek, isoDay);
  }
  if (fields.isoWeek !== undefined || fields.isoDay !== undefined) throw mixed(text);
  if (year === undefined || month === undefined || day === undefined) {
    throw new ConversionFailure(
      `an incomplete date/time string has been found, with elements missing: "${text}"`,
    );
  }
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    throw parseFailure(text, text.length, 'The parsed date was invalid');
  }
  return daysFromCivil(year, month, day);
}

function mixed(text: string): ConversionFailure {
  return parseFailure(text, text.length, 'Mixing of ISO dates with natural dates is not allowed');
}
