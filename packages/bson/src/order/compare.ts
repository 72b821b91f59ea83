import type { Binary, BSONRegExp, Code, ObjectId, Timestamp } from 'bson';
import type { Collation } from '../collation/collation';
import { toDoc } from '../document/convert';
import { dateMilliseconds } from '../document/dates';
import type { NumberValue } from '../numeric/kinds';
import type { DBPointer, Doc, RawDocument, Value } from '../value';
import { compareDoubles, compareNumbers } from './numbers';
import { compareStrings } from './strings';
import { bsonTypeNumber, classOfType } from './types';

/**
 * MongoDB's total order over all values of all types: negative, 0 or positive as `a` sorts before, with or after `b`.
 * JavaScript's `undefined` (a missing value) equals BSON's undefined and sorts before null, as in mongod's `$cmp`.
 *
 * @param collation - How strings compare, also those in documents and arrays; default: by their bytes.
 */
export function compareValues(a: Value | undefined, b: Value | undefined, collation?: Collation): number {
  if (typeof a === 'number' && typeof b === 'number') return compareDoubles(a, b);
  if (typeof a === 'string' && typeof b === 'string') {
    return collation === undefined ? compareStrings(a, b) : collation.compare(a, b);
  }
  const typeA = bsonTypeNumber(a);
  const typeB = bsonTypeNumber(b);
  const kind = classOfType(typeA);
  const kindB = classOfType(typeB);
  if (kind !== kindB) return kind < kindB ? -1 : 1;
  switch (kind) {
    case 10:
      return compareNumbers(a as NumberValue, b as NumberValue);
    case 15:
      return collation === undefined
        ? compareStrings(String(a), String(b))
        : collation.compare(String(a), String(b));
    case 20:
      return compareDocuments(asDoc(a as Doc | RawDocument), asDoc(b as Doc | RawDocument), collation);
    case 25:
      return compareArrays(a as Value[], b as Value[], collation);
    case 30:
      return compareBinary(a as Binary, b as Binary);
    case 35:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id);
    case 40:
      return Number(a) - Number(b);
    case 45:
      return compareDates(a as Date, b as Date);
    case 47:
      return compareTimestamps(a as Timestamp, b as Timestamp);
    case 50:
      return (
        compareStrings((a as BSONRegExp).pattern, (b as BSONRegExp).pattern) ||
        compareStrings((a as BSONRegExp).options, (b as BSONRegExp).options)
      );
    case 55:
      return compareDBPointers(a as DBPointer, b as DBPointer);
    case 60:
      return compareStrings((a as Code).code, (b as Code).code);
    case 65:
      return (
        compareStrings((a as Code).code, (b as Code).code) ||
        compareDocuments(scopeOf(a as Code), scopeOf(b as Code))
      );
    default:
      return 0; // MinKey, MaxKey, null, undefined: one value each
  }
}

/** Whether MongoDB holds two values equal: `1`, `Double(1)`, `Long(1)` and Decimal128 `1.0` are. */
export function valuesEqual(a: Value | undefined, b: Value | undefined, collation?: Collation): boolean {
  return compareValues(a, b, collation) === 0;
}

/** A document as a Doc, decoded if it is raw. */
export function asDoc(value: Doc | RawDocument): Doc {
  return value instanceof Map ? value : toDoc(value);
}

/** The scope of a code value as a Doc. */
export function scopeOf(code: Code): Doc {
  const scope: unknown = code.scope;
  return scope instanceof Map ? (scope as Doc) : toDoc(scope as Record<string, unknown>);
}

/** Field by field: type class, then name, then value; the one that ends first is less. */
function compareDocuments(a: Doc, b: Doc, collation?: Collation): number {
  const others = b.entries();
  for (const [name, value] of a) {
    const next = others.next();
    if (next.done) return 1;
    const [otherName, otherValue] = next.value;
    const kind = classOfType(bsonTypeNumber(value));
    const otherKind = classOfType(bsonTypeNumber(otherValue));
    if (kind !== otherKind) return kind < otherKind ? -1 : 1;
    const order = compareStrings(name, otherName) || compareValues(value, otherValue, collation);
    if (order !== 0) return order;
  }
  return others.next().done ? 0 : -1;
}

function compareArrays(a: readonly Value[], b: readonly Value[], collation?: Collation): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const order = compareValues(a[index], b[index], collation);
    if (order !== 0) return order;
  }
  return Math.sign(a.length - b.length);
}

/** The length mongod compares by: that of subtype 2 counts its inner length too. */
export function binaryLength(binary: Binary): number {
  return binary.length() + (binary.sub_type === 2 ? 4 : 0);
}

function compareBinary(a: Binary, b: Binary): number {
  const order = Math.sign(binaryLength(a) - binaryLength(b)) || Math.sign(a.sub_type - b.sub_type);
  return order || Buffer.compare(a.value(), b.value());
}

function compareDates(a: Date, b: Date): number {
  const x = dateMilliseconds(a);
  const y = dateMilliseconds(b);
  if (x < y) return -1;
  if (x > y) return 1;
  return (Number.isNaN(x) ? 0 : 1) - (Number.isNaN(y) ? 0 : 1);
}

function compareTimestamps(a: Timestamp, b: Timestamp): number {
  return Math.sign((a.high >>> 0) - (b.high >>> 0)) || Math.sign((a.low >>> 0) - (b.low >>> 0));
}

function compareDBPointers(a: DBPointer, b: DBPointer): number {
  const x = Buffer.from(a.namespace);
  const y = Buffer.from(b.namespace);
  return Math.sign(x.length - y.length) || Buffer.compare(x, y) || Buffer.compare(a.id.id, b.id.id);
}
