import { Double, isInt32, stringifyEjson, type Value } from '@argon/bson';
import { inferCell } from '../import/read/cell';

/** A value as the text of a CSV cell, which reads back as the same value of the same type. '' is for absent fields. */
export function cellText(value: Value | undefined): string {
  switch (typeof value) {
    case 'undefined':
      return '';
    case 'string':
      // Texts that would be read as something else get JSON's quotes.
      return value === '' || inferCell(value) !== value ? JSON.stringify(value) : value;
    case 'boolean':
      return String(value);
    case 'number':
      if (isInt32(value)) return String(value);
      return Number.isFinite(value) ? stringifyEjson(value) : canonical(value);
    default:
      break;
  }
  if (value === null) return 'null';
  if (value instanceof Double) return stringifyEjson(value);
  if (value instanceof Date && isPlainDate(value)) return value.toISOString();
  return canonical(value);
}

/** Dates beyond the years that ISO 8601 writes with four digits need their wrapper. */
function isPlainDate(date: Date): boolean {
  const time = date.getTime();
  return !Number.isNaN(time) && date.getUTCFullYear() >= 0 && date.getUTCFullYear() <= 9999;
}

function canonical(value: Value): string {
  return stringifyEjson(value, { relaxed: false });
}

/** A column's name; one that would be read as a path, or as quoted, is written as a JSON string. */
export function headerText(name: string): string {
  return /[."]|^\s|\s$|^$/.test(name) ? JSON.stringify(name) : name;
}

/** A line of cells. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`;
}
