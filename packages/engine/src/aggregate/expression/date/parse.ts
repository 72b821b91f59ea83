import { dateOfFields, parseFailure, type DateFields } from './date-text';
import type { TimeZone } from './time-zone';
import { readZone } from './zone-text';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH_NAME =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const WEEKDAY = /(?:sun|mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?)(?:day)?(?![a-z])\.?/iy;
const SEPARATORS = /[\s,]+/y;

type Groups = readonly (string | undefined)[];
interface Form {
  readonly pattern: RegExp;
  read(groups: Groups, fields: DateFields): void;
}

function natural(order: readonly ('year' | 'month' | 'day')[]): Form['read'] {
  return (groups, fields) => {
    for (const [index, name] of order.entries()) {
      const group = groups[index + 1] as string;
      fields[name] =
        name === 'year' ? fullYear(group) : name === 'month' ? monthNumber(group) : Number(group);
    }
  };
}

/** Two digits mean 1970–2069. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length > 2) return year;
  return year < 70 ? 2000 + year : 1900 + year;
}

function monthNumber(text: string): number {
  return /^\d/.test(text) ? Number(text) : MONTHS.indexOf(text.slice(0, 3).toLowerCase()) + 1;
}

const DATE_FORMS: readonly Form[] = [
  { pattern: /([+-]\d{4,6}|\d{4})-(\d{1,2})-(\d{1,2})(?!\d)/y, read: natural(['year', 'month', 'day']) },
  { pattern: /(\d{4})\/(\d{1,2})\/(\d{1,2})(?!\d)/y, read: natural(['year', 'month', 'day']) },
  { pattern: /(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})(?!\d)/y, read: natural(['month', 'day', 'year']) },
  { pattern: /(\d{1,2})[.-](\d{1,2})[.-](\d{4})(?!\d)/y, read: natural(['day', 'month', 'year']) },
  { pattern: /(\d{2})-(\d{1,2})-(\d{1,2})(?!\d)/y, read: natural(['year', 'month', 'day']) },
  { pattern: /(\d{4})(\d{2})(\d{2})(?!\d)/y, read: natural(['year', 'month', 'day']) },
  {
    pattern: /(\d{4})-?W(\d{2})(?:-?([0-7]))?(?!\d)/y,
    read: (groups, fields) => {
      fields.isoYear = Number(groups[1]);
      fields.isoWeek = Number(groups[2]);
      fields.isoDay = Number(groups[3] ?? 1);
    },
  },
  {
    pattern: /(\d{4})-(\d{2})(?![\d-])/y,
    read: (groups, fields) => {
      natural(['year', 'month'])(groups, fields);
      fields.day = 1;
    },
  },
  {
    pattern: new RegExp(`(${MONTH_NAME})[ .\\t-]*(\\d{1,2})(?:st|nd|rd|th)?[,. \\t-]+(\\d{4})(?!\\d)`, 'iy'),
    read: natural(['month', 'day', 'year']),
  },
  {
    pattern: new RegExp(
      `(\\d{1,2})(?:st|nd|rd|th)?[ .\\t-]*(${MONTH_NAME})[ .,\\t-]*(\\d{4}|\\d{2})(?!\\d)`,
      'iy',
    ),
    read: natural(['day', 'month', 'year']),
  },
  {
    pattern: /@(-?\d+)/y,
    read: (groups, fields) => {
      fields.epoch = BigInt(groups[1] as string);
      fields.year = 0;
    },
  },
];

const CLOCK: Form['read'] = (groups, fields) => {
  const [, hour, minute = '0', second = '0', fraction = '', half] = groups;
  fields.hour = half === undefined ? Number(hour) : (Number(hour) % 12) + (/^p/i.test(half) ? 12 : 0);
  fields.minute = Number(minute);
  fields.second = Number(second);
  fields.millisecond = Number(fraction.slice(0, 3).padEnd(3, '0'));
};

const TIME_FORMS: readonly Form[] = [
  { pattern: /t?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,:](\d+))?)?(?:\s*([ap])\.?m\.?)?(?!\d)/iy, read: CLOCK },
  { pattern: /t(\d{2})(\d{2})(?:(\d{2})(?:[.,](\d+))?)?(?!\d)/iy, read: CLOCK },
  { pattern: /t(\d{2})(?!\d)/iy, read: CLOCK },
  { pattern: /(\d{1,2})()()()\s*([ap])\.?m\.?/iy, read: CLOCK },
];

/**
 * Reads a date the way `$dateFromString` without a format and `$toDate` do: ISO 8601 and the customary written forms,
 * date and clock in any order, optionally with a zone. Without a zone it is local to `zone`.
 * Throws ConversionFailure (241).
 */
export function parseDateText(text: string, zone: TimeZone, zoneIsGiven = false): Date {
  const fields: DateFields = {};
  if (text === '') throw parseFailure(text, 0, 'Empty string');
  let position = 0;
  while (position < text.length) position = readItem(text, position, fields);
  return dateOfFields(text, fields, zone, zoneIsGiven);
}

function readItem(text: string, position: number, fields: DateFields): number {
  const behind =
    skip(SEPARATORS, text, position) ??
    readForm(
      DATE_FORMS,
      text,
      position,
      fields,
      fields.year ?? fields.isoYear,
      'Double date specification',
    ) ??
    readForm(TIME_FORMS, text, position, fields, fields.hour, 'Double time specification') ??
    skip(WEEKDAY, text, position) ??
    readZone(text, position, fields);
  if (behind === undefined) throw parseFailure(text, position, 'Unexpected character');
  return behind;
}

function skip(pattern: RegExp, text: string, position: number): number | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text) === null ? undefined : pattern.lastIndex;
}

function readForm(
  forms: readonly Form[],
  text: string,
  position: number,
  fields: DateFields,
  already: number | undefined,
  twice: string,
): number | undefined {
  for (const { pattern, read } of forms) {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match === null) continue;
    if (already !== undefined) throw parseFailure(text, position, twice);
    const end = pattern.lastIndex;
    read(match, fields);
    return end;
  }
  return undefined;
}
