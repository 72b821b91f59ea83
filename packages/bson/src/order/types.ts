import { bsonType } from 'bson';
import type { Code } from 'bson';
import type { Value } from '../value';

const NUMBER_OF_TAG: Readonly<Record<string, number>> = {
  Double: 1,
  RawDocument: 3,
  DBRef: 3,
  Binary: 5,
  BsonUndefined: 6,
  ObjectId: 7,
  BSONRegExp: 11,
  DBPointer: 12,
  BSONSymbol: 14,
  Int32: 16,
  Timestamp: 17,
  Long: 18,
  Decimal128: 19,
  MinKey: -1,
  MaxKey: 127,
};

const NAMES: ReadonlyMap<number, string> = new Map([
  [-1, 'minKey'],
  [0, 'missing'],
  [1, 'double'],
  [2, 'string'],
  [3, 'object'],
  [4, 'array'],
  [5, 'binData'],
  [6, 'undefined'],
  [7, 'objectId'],
  [8, 'bool'],
  [9, 'date'],
  [10, 'null'],
  [11, 'regex'],
  [12, 'dbPointer'],
  [13, 'javascript'],
  [14, 'symbol'],
  [15, 'javascriptWithScope'],
  [16, 'int'],
  [17, 'timestamp'],
  [18, 'long'],
  [19, 'decimal'],
  [127, 'maxKey'],
]);

/** mongod's canonicalizeBSONType, by type number: types of one class are compared with each other by value. */
const CLASSES: readonly number[] = [
  0, // missing
  10, // double
  15, // string
  20, // document
  25, // array
  30, // binary
  0, // undefined
  35, // ObjectId
  40, // boolean
  45, // date
  5, // null
  50, // regular expression
  55, // DBPointer
  60, // code
  15, // symbol
  65, // code with scope
  10, // int32
  47, // timestamp
  10, // int64
  10, // decimal
];

/** The BSON type number as `$type` takes it (1 double … 19 decimal, −1 MinKey, 127 MaxKey); 0 for a missing value. */
export function bsonTypeNumber(value: Value | undefined): number {
  switch (typeof value) {
    case 'string':
      return 2;
    case 'number':
      return value === (value | 0) && !(value === 0 && 1 / value < 0) ? 16 : 1;
    case 'boolean':
      return 8;
    case 'undefined':
      return 0;
    case 'bigint':
      return 18;
    default:
      return value === null ? 10 : objectTypeNumber(value);
  }
}

function objectTypeNumber(value: object): number {
  if (value instanceof Map) return 3;
  if (Array.isArray(value)) return 4;
  const tag = (value as { [bsonType]?: string })[bsonType];
  if (tag === undefined) return value instanceof Date ? 9 : 3;
  if (tag === 'Code') return (value as Code).scope === null ? 13 : 15;
  return NUMBER_OF_TAG[tag] ?? 3;
}

/** The name `$type` gives the value's type: 'int', 'double', 'objectId', …; 'missing' for `undefined`. */
export function bsonTypeName(value: Value | undefined): string {
  return NAMES.get(bsonTypeNumber(value))!;
}

/** The place of the value's type in MongoDB's order of types: −1 MinKey, 0 missing and undefined, 5 null … 127 MaxKey. */
export function canonicalType(value: Value | undefined): number {
  return classOfType(bsonTypeNumber(value));
}

/** The same for a type number. */
export function classOfType(type: number): number {
  return CLASSES[type] ?? type;
}

/** Whether a collation may matter to the value: it is a string, or may hold one. */
export function isCollatable(value: Value | undefined): boolean {
  const kind = classOfType(bsonTypeNumber(value));
  return kind === 15 || kind === 20 || kind === 25;
}
