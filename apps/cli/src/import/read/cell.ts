import { Long, makeDouble, parseEjson, type Value } from '@argon/bson';

const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;
const INT64_LIMIT = 1n << 63n;

/**
 * What a cell of a CSV file means, when types are inferred: whole numbers, decimals, true and false, null, UTC times as
 * `2026-01-31T12:00:00Z`; what looks like JSON (`{…}`, `[…]`, `"…"`) is Extended JSON if it is well formed; all else is
 * text. `"123"`, JSON's quotes included, is how a text is told from a number.
 */
export function inferCell(text: string): Value {
  if (INTEGER.test(text)) return integer(text);
  if (DECIMAL.test(text)) return makeDouble(Number(text));
  switch (text) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
  }
  if (DATE.test(text)) {
    const date = new Date(text);
    return Number.isNaN(date.getTime()) ? text : date;
  }
  if (/^[{["]/.test(text)) {
    try {
      return parseEjson(text);
    } catch {
      return text;
    }
  }
  return text;
}

function integer(text: string): Value {
  const number = Number(text);
  // A double's "-0" is written "-0.0"; "-0" is somebody's zero.
  if (number === (number | 0)) return number | 0;
  const big = BigInt(text);
  // Longer ones are more likely identifiers than numbers; as doubles they would lose digits.
  return big >= -INT64_LIMIT && big < INT64_LIMIT ? Long.fromBigInt(big) : text;
}
