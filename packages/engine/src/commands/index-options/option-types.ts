import { bsonTypeName, isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { describeElement, describeValue } from '../../match/parse/describe';

type Check = (value: Value, field: string) => void;

const TYPES: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['key', isObject],
  ['name', isString],
  // mongod's message names the wrong field.
  ['hidden', (value) => must(typeof value === 'boolean', 'name', 'a bool', value)],
  ['v', (value) => checkVersionType(value)],
  ['collation', checkCollationOption],
  ['partialFilterExpression', isObject],
  ['wildcardProjection', (value, field) => must(value instanceof Map, field, 'a non-empty object', value)],
  ['unique', isFlag],
  ['sparse', isFlag],
  ['background', isFlag],
  ['prepareUnique', isFlag],
  ['clustered', isFlag],
  [
    'weights',
    (value, field) => must(value instanceof Map || typeof value === 'string', field, 'an object', value),
  ],
  ['default_language', isString],
  ['language_override', isString],
  ['textIndexVersion', isNumeric],
  ['2dsphereIndexVersion', isNumeric],
  ['bits', isNumeric],
  ['min', isNumeric],
  ['max', isNumeric],
]);

/** Options of an index that mongod takes; those without a type of their own are checked where they matter, or not at all. */
const OTHERS = new Set([
  '_id',
  'ns',
  'background',
  'dropDups',
  'storageEngine',
  'expireAfterSeconds',
  'finestIndexedLevel',
  'coarsestIndexedLevel',
  'originalSpec',
]);

/** Whether an index specification may have this field. */
export function isIndexOption(field: string): boolean {
  return TYPES.has(field) || OTHERS.has(field);
}

/** @throws CommandError for an option of the wrong type, or that there is not */
export function checkOption(field: string, value: Value, given: Doc): void {
  if (!isIndexOption(field)) {
    throw new CommandError(
      'InvalidIndexSpecificationOption',
      `The field '${field}' is not valid for an index specification. Specification: ${describeValue(given)}`,
    );
  }
  TYPES.get(field)?.(value, field);
}

/** As mongod reads flags: booleans, and numbers that are not 0. */
export function isTrueValue(value: Value | undefined): boolean {
  return value === true || (isNumber(value) && toNumber(value) !== 0);
}

function must(holds: boolean, field: string, what: string, value: Value): void {
  if (holds) return;
  throw new CommandError(
    'TypeMismatch',
    `The field '${field}' must be ${what}, but got ${bsonTypeName(value)}`,
  );
}

function isObject(value: Value, field: string): void {
  must(value instanceof Map, field, 'an object', value);
}

function isString(value: Value, field: string): void {
  must(typeof value === 'string', field, 'a string', value);
}

function isNumeric(value: Value, field: string): void {
  must(isNumber(value), field, 'a number', value);
}

function isFlag(value: Value, field: string): void {
  if (typeof value === 'boolean' || isNumber(value)) return;
  throw new CommandError(
    'TypeMismatch',
    `The field '${field} has value ${describeElement(field, value)}, which is not convertible to bool`,
  );
}

function checkVersionType(value: Value): void {
  isNumeric(value, 'v');
  const version = toNumber(value as number);
  if (Number.isInteger(version) && Math.abs(version) < 2 ** 31) return;
  throw new CommandError(
    'BadValue',
    `Index version must be representable as a 32-bit integer, but got ${describeValue(value)}`,
  );
}

function checkCollationOption(value: Value): void {
  isObject(value, 'collation');
  if ((value as Doc).size === 0) {
    throw new CommandError('BadValue', `The field 'collation' cannot be an empty object.`);
  }
}
