import type { Binary, BSONRegExp, Code, ObjectId, Timestamp } from 'bson';
import type { Collation } from '../collation/collation';
import { dateMilliseconds } from '../document/dates';
import type { NumberValue } from '../numeric/kinds';
import { asDoc, binaryLength, scopeOf } from '../order/compare';
import { bsonTypeNumber, classOfType } from '../order/types';
import type { DBPointer, Doc, RawDocument, Value } from '../value';
import { invertedKey, rawKey, textKey, TEXT_END, uint32Key } from './bytes';
import { numberKey } from './number-key';

/** Ends a document or an array; less than any type class. */
const END = '\0';
/** Moves the type classes (from −1) above {@link END}. */
export const CLASS_BASE = 2;

/**
 * Encodes values as one string whose code-unit order (`<`) is MongoDB's order of the values, compared one after the
 * other; values that MongoDB holds equal give the same string. No key is the beginning of another one with as many
 * values, so the key of the first values is a prefix to search by.
 *
 * @param directions - 1 or −1 per value, default 1: with −1 that value's order is reversed.
 * @param collation - How strings compare; default: by their bytes. Such a key does not tell its strings any more.
 * @returns Code units 0…255 only, so it can be stored as latin1 bytes.
 */
export function encodeKey(
  values: readonly (Value | undefined)[],
  directions?: readonly (1 | -1)[],
  collation?: Collation,
): string {
  let key = '';
  for (let index = 0; index < values.length; index++) {
    const part = valueKey(values[index], collation);
    key += directions?.[index] === -1 ? invertedKey(part) : part;
  }
  return key;
}

/** The key of a single value: `encodeKey([value], undefined, collation)`. */
export function idKey(value: Value | undefined, collation?: Collation): string {
  return valueKey(value, collation);
}

function valueKey(value: Value | undefined, collation: Collation | undefined): string {
  const kind = classOfType(bsonTypeNumber(value));
  return String.fromCharCode(kind + CLASS_BASE) + bodyKey(kind, value, collation);
}

/** What follows the type class. */
function bodyKey(kind: number, value: Value | undefined, collation: Collation | undefined): string {
  switch (kind) {
    case 10:
      return numberKey(value as NumberValue);
    case 15:
      // Sort keys hold no zero byte.
      return collation === undefined ? textKey(String(value)) : collation.key(String(value)) + TEXT_END;
    case 20:
      return documentKey(asDoc(value as Doc | RawDocument), collation);
    case 25: {
      let key = '';
      for (const item of value as Value[]) key += valueKey(item, collation);
      return key + END;
    }
    case 30:
      return binaryKey(value as Binary);
    case 35:
      return rawKey((value as ObjectId).id);
    case 40:
      return value === true ? '\x01' : '\0';
    case 45:
      return dateKey(value as Date);
    case 47:
      return uint32Key((value as Timestamp).high) + uint32Key((value as Timestamp).low);
    case 50:
      return textKey((value as BSONRegExp).pattern) + textKey((value as BSONRegExp).options);
    case 55:
      return dbPointerKey(value as DBPointer);
    case 60:
      return textKey((value as Code).code);
    case 65:
      return textKey((value as Code).code) + documentKey(scopeOf(value as Code), undefined);
    default:
      return ''; // MinKey, MaxKey, null, undefined: one value each
  }
}

/** Per field: type class, name, the rest of the value's key; as compareValues looks at them. */
function documentKey(doc: Doc, collation: Collation | undefined): string {
  let key = '';
  for (const [name, value] of doc) {
    const kind = classOfType(bsonTypeNumber(value));
    key += String.fromCharCode(kind + CLASS_BASE) + textKey(name) + bodyKey(kind, value, collation);
  }
  return key + END;
}

function binaryKey(binary: Binary): string {
  return uint32Key(binaryLength(binary)) + String.fromCharCode(binary.sub_type) + rawKey(binary.value());
}

function dateKey(date: Date): string {
  const milliseconds = dateMilliseconds(date);
  if (typeof milliseconds === 'number' && !Number.isNaN(milliseconds)) {
    const high = Math.floor(milliseconds / 4294967296);
    return uint32Key(high ^ 0x8000_0000) + uint32Key(milliseconds - high * 4294967296);
  }
  // An invalid Date cannot be stored; it sorts with the earliest.
  const value = typeof milliseconds === 'bigint' ? milliseconds : -(1n << 63n);
  return (
    uint32Key(Number(BigInt.asUintN(32, value >> 32n)) ^ 0x8000_0000) +
    uint32Key(Number(BigInt.asUintN(32, value)))
  );
}

function dbPointerKey(pointer: DBPointer): string {
  const namespace = Buffer.from(pointer.namespace);
  return uint32Key(namespace.length) + rawKey(namespace) + rawKey(pointer.id.id);
}
