import { BSON } from 'mongodb';

const INT_MAX = 2 ** 31 - 1;

/** Whether a value is of a BSON type, by the type's name as `$type` has it. A number may be of several: drivers lose which. */
export function isOfType(value: unknown, type: string): boolean {
  const test = TESTS.get(type);
  if (test === undefined) throw new Error(`The runner knows no type '${type}'.`);
  return test(value);
}

const bsonType =
  (name: string) =>
  (value: unknown): boolean =>
    typeof value === 'object' && value !== null && '_bsontype' in value && value._bsontype === name;

const isInt = (value: unknown): boolean =>
  bsonType('Int32')(value) || (Number.isInteger(value) && Math.abs(value as number) <= INT_MAX);
const isLong = (value: unknown): boolean =>
  bsonType('Long')(value) || typeof value === 'bigint' || Number.isSafeInteger(value);
const isDouble = (value: unknown): boolean => bsonType('Double')(value) || typeof value === 'number';
const isDecimal = bsonType('Decimal128');

const TESTS = new Map<string, (value: unknown) => boolean>([
  ['int', isInt],
  ['long', isLong],
  ['double', isDouble],
  ['decimal', isDecimal],
  ['number', (value) => isInt(value) || isLong(value) || isDouble(value) || isDecimal(value)],
  ['string', (value) => typeof value === 'string'],
  ['bool', (value) => typeof value === 'boolean'],
  ['array', Array.isArray],
  [
    'object',
    (value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && !('_bsontype' in value),
  ],
  ['objectId', bsonType('ObjectId')],
  ['binData', (value) => bsonType('Binary')(value) || value instanceof Uint8Array],
  ['timestamp', bsonType('Timestamp')],
  ['date', (value) => value instanceof Date],
  ['null', (value) => value === null],
  ['undefined', (value) => value === undefined],
  ['regex', (value) => value instanceof RegExp || value instanceof BSON.BSONRegExp],
  ['minKey', bsonType('MinKey')],
  ['maxKey', bsonType('MaxKey')],
]);
