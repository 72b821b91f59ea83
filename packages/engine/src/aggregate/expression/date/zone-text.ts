import { parseFailure, type DateFields } from './date-text';

/** Zone abbreviations that say their offset, in hours. */
const ABBREVIATIONS: Readonly<Record<string, number>> = {
  z: 0,
  utc: 0,
  gmt: 0,
  wet: 0,
  west: 1,
  bst: 1,
  cet: 1,
  cest: 2,
  eet: 2,
  eest: 3,
  msk: 3,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
  akst: -9,
  akdt: -8,
  hst: -10,
  jst: 9,
};
/** Military letters: A is +1 … M +12 (without J), N −1 … Y −12. */
const MILITARY = 'abcdefghiklm';
const MILITARY_WEST = 'nopqrstuvwxy';
const OFFSET = /(?:(?:GMT|UTC)\s?)?([+-])(\d{1,2})(?::?(\d{2}))?/iy;
const LETTERS = /[A-Za-z][A-Za-z_/]*/y;

/** Reads a zone at `position` into `fields`; the position behind it, or undefined if there is none. */
export function readZone(text: string, position: number, fields: DateFields): number | undefined {
  OFFSET.lastIndex = position;
  const offset = OFFSET.exec(text);
  if (offset !== null) {
    if (fields.offset !== undefined) throw parseFailure(text, position, 'Double timezone specification');
    const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0);
    fields.offset = minutes * 60_000 * (offset[1] === '-' ? -1 : 1);
    fields.zoneText = offset[0];
    return OFFSET.lastIndex;
  }
  LETTERS.lastIndex = position;
  const letters = LETTERS.exec(text)?.[0];
  if (letters === undefined) return undefined;
  if (fields.offset !== undefined) throw parseFailure(text, position, 'Double timezone specification');
  const hours = hoursOf(letters.toLowerCase());
  if (hours === undefined) {
    throw parseFailure(text, position, 'passing a time zone identifier as part of the string is not allowed');
  }
  fields.offset = hours * 3_600_000;
  fields.zoneText = letters;
  return LETTERS.lastIndex;
}

function hoursOf(letters: string): number | undefined {
  const known = ABBREVIATIONS[letters];
  if (known !== undefined || letters.length !== 1) return known;
  const east = MILITARY.indexOf(letters);
  if (east >= 0) return east + 1;
  const west = MILITARY_WEST.indexOf(letters);
  return west >= 0 ? -(west + 1) : undefined;
}
