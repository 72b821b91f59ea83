import { CommandError } from '../../../handler/errors';
import { civilTime, dayOfYear, isoWeek, isoWeekday, splitDays, weekday, weekOfYear } from './calendar';
import { checkYear, pad } from './iso-date';
import { toLocal, type TimeZone } from './time-zone';

export const DEFAULT_FORMAT = '%Y-%m-%dT%H:%M:%S.%LZ';

interface Moment {
  readonly local: bigint;
  readonly offset: number;
}

const SPECIFIERS: Readonly<Record<string, (moment: Moment) => string>> = {
  '%': () => '%',
  d: ({ local }) => pad(civilTime(local).day, 2),
  G: ({ local }) => year(isoWeek(splitDays(local).days).year),
  H: ({ local }) => pad(civilTime(local).hour, 2),
  j: ({ local }) => pad(dayOfYear(splitDays(local).days), 3),
  L: ({ local }) => pad(civilTime(local).millisecond, 3),
  m: ({ local }) => pad(civilTime(local).month, 2),
  M: ({ local }) => pad(civilTime(local).minute, 2),
  S: ({ local }) => pad(civilTime(local).second, 2),
  u: ({ local }) => String(isoWeekday(splitDays(local).days)),
  U: ({ local }) => pad(weekOfYear(splitDays(local).days), 2),
  V: ({ local }) => pad(isoWeek(splitDays(local).days).week, 2),
  w: ({ local }) => String(weekday(splitDays(local).days) + 1),
  Y: ({ local }) => year(civilTime(local).year),
  z: ({ offset }) => offsetText(offset),
  Z: ({ offset }) => String(Math.trunc(offset / 60_000)),
};

function year(value: number): string {
  checkYear(value);
  return pad(value, 4);
}

function offsetText(offset: number): string {
  const minutes = Math.trunc(Math.abs(offset) / 60_000);
  return `${offset < 0 ? '-' : '+'}${pad(Math.trunc(minutes / 60), 2)}${pad(minutes % 60, 2)}`;
}

const PRINTED = new Set(Object.keys(SPECIFIERS));
const PARSED = new Set('%dGHLmMSuVYzZ');

/** Throws unless a format consists of known specifiers: for printing a date, or for parsing one. */
export function checkFormat(format: string, use: 'print' | 'parse'): void {
  const known = use === 'print' ? PRINTED : PARSED;
  for (let index = format.indexOf('%'); index >= 0; index = format.indexOf('%', index + 2)) {
    if (index === format.length - 1) {
      throw new CommandError(18535, "Unmatched '%' at end of format string");
    }
    const specifier = format[index + 1] as string;
    if (!known.has(specifier)) {
      throw new CommandError(18536, `Invalid format character '%${specifier}' in format string`);
    }
  }
}

/** Prints a moment by a checked format. */
export function formatMoment(utc: bigint, format: string, zone: TimeZone): string {
  const moment = { local: toLocal(utc, zone), offset: zone.offsetAt(utc) };
  return format.replace(/%(.)/gs, (_, specifier: string) => SPECIFIERS[specifier]?.(moment) ?? '');
}
