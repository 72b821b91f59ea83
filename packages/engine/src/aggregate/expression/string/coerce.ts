import {
  BSONSymbol,
  Code,
  Timestamp,
  bsonTypeName,
  isNumber,
  numericKind,
  toNumber,
  type Value,
} from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { withContext } from '../scope';
import { isNullish } from '../truth';
import { dateToText } from '../date/iso-date';
import { formatDouble } from './double-text';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** mongod's implicit conversion to a string, as `$toUpper`, `$substr` and `$strcasecmp` do it: null gives "". */
export function coerceToString(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  if (isNullish(value)) return '';
  if (isNumber(value)) {
    return numericKind(value) === 'double' ? formatDouble(toNumber(value)) : value.toString();
  }
  if (value instanceof Date) return coerceDate(value);
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof BSONSymbol) return value.value;
  if (value instanceof Code && (value.scope === null || value.scope === undefined)) return value.code;
  throw new CommandError(16007, `can't convert from BSON type ${bsonTypeName(value)} to String`);
}

function coerceDate(value: Date): string {
  try {
    return dateToText(value);
  } catch (error) {
    throw error instanceof CommandError ? withContext(error, 'failed while coercing date to string') : error;
  }
}

/** `Nov 14 22:13:20:12` */
function formatTimestamp(value: Timestamp): string {
  const date = new Date((value.high >>> 0) * 1000);
  const day = String(date.getUTCDate()).padStart(2);
  return `${MONTHS[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 19)}:${value.low >>> 0}`;
}
