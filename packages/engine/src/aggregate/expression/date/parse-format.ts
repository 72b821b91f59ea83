import { dateOfFields, parseFailure, type DateFields } from './date-text';
import type { TimeZone } from './time-zone';
import { readZone } from './zone-text';

/** How many digits a specifier takes at most, and which field they are. */
const NUMBERS: Readonly<Record<string, readonly [field: keyof DateFields, digits: number]>> = {
  d: ['day', 2],
  G: ['isoYear', 4],
  H: ['hour', 2],
  L: ['millisecond', 3],
  m: ['month', 2],
  M: ['minute', 2],
  S: ['second', 2],
  u: ['isoDay', 1],
  V: ['isoWeek', 2],
  Y: ['year', 4],
};
const MINUTES = /([+-])(\d+)/y;

/** Reads a date by a checked format. Throws ConversionFailure (241). */
export function parseByFormat(text: string, format: string, zone: TimeZone, zoneIsGiven: boolean): Date {
  const fields: DateFields = {};
  let position = 0;
  for (let index = 0; index < format.length; index++) {
    const isSpecifier = format[index] === '%';
    const character = (isSpecifier ? format[++index] : format[index]) as string;
    if (position >= text.length) {
      throw parseFailure(text, position, 'Not enough data available to satisfy format');
    }
    position =
      isSpecifier && character !== '%'
        ? readField(text, position, character, fields)
        : literal(text, position, character);
  }
  if (position < text.length) throw parseFailure(text, position, 'Trailing data');
  return dateOfFields(text, fields, zone, zoneIsGiven);
}

function literal(text: string, position: number, character: string): number {
  if (text[position] === character) return position + 1;
  throw parseFailure(text, position, 'Format literal not found');
}

function readField(text: string, position: number, specifier: string, fields: DateFields): number {
  if (specifier === 'z') {
    const end = readZone(text, position, fields);
    if (end === undefined) throw parseFailure(text, position, 'The timezone could not be found');
    return end;
  }
  if (specifier === 'Z') return readMinutes(text, position, fields);
  const [field, digits] = NUMBERS[specifier] as readonly [keyof DateFields, number];
  // A week may be written as in ISO 8601: W05.
  const start = specifier === 'V' && text[position] === 'W' ? position + 1 : position;
  const pattern = new RegExp(`\\d{1,${digits}}`, 'y');
  pattern.lastIndex = start;
  const match = pattern.exec(text)?.[0];
  if (match === undefined) throw parseFailure(text, position, `A '${specifier}' number could not be found`);
  (fields as Record<string, number>)[field] = Number(field === 'millisecond' ? match.padEnd(3, '0') : match);
  return start + match.length;
}

function readMinutes(text: string, position: number, fields: DateFields): number {
  MINUTES.lastIndex = position;
  const match = MINUTES.exec(text);
  if (match === null) throw parseFailure(text, position, 'Invalid timezone offset in minutes');
  fields.offset = Number(match[2]) * 60_000 * (match[1] === '-' ? -1 : 1);
  fields.zoneText = match[0];
  return MINUTES.lastIndex;
}
