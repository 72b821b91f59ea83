import {
  Binary,
  Code,
  BSONRegExp,
  canonicalType,
  FarDate,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  type Value,
} from '@argon/bson';
import { cut, interval, type Cut, type Interval } from './interval';

const EMPTY_OBJECT: Value = new Map();
const FIRST_OBJECT_ID = new ObjectId('000000000000000000000000');
const LAST_OBJECT_ID = new ObjectId('ffffffffffffffffffffffff');

/** The least and the greatest value of each class of types (`canonicalType`), shown as mongod shows them. */
const RANGES: ReadonlyMap<number, Interval> = new Map([
  [10, interval(-Infinity, true, Infinity, true)],
  [15, interval('', true, EMPTY_OBJECT, false)],
  [20, interval(EMPTY_OBJECT, true, [], false)],
  [30, interval(new Binary(Buffer.alloc(0), 0), true, FIRST_OBJECT_ID, false)],
  [35, interval(FIRST_OBJECT_ID, true, LAST_OBJECT_ID, true)],
  [40, interval(false, true, true, true)],
  [45, interval(new FarDate(-(2n ** 63n)), true, new FarDate(2n ** 63n - 1n), true)],
  [47, interval(new Timestamp({ t: 0, i: 0 }), true, new Timestamp({ t: 0xffffffff, i: 0xffffffff }), true)],
  [50, byClass(50, new BSONRegExp('', ''))],
  [60, byClass(60, new Code(''))],
]);

/**
 * All values that an operand is compared with, being of its class of types. NaN is not among the numbers: it is
 * neither less nor greater than any.
 */
export function typeRange(operand: Value): Interval {
  const type = canonicalType(operand);
  return RANGES.get(type) ?? byClass(type, operand);
}

/** All values of a class of types. */
export function classRange(type: number): Interval {
  switch (type) {
    case -1:
      return interval(new MinKey(), true, new MinKey(), true);
    case 127:
      return interval(new MaxKey(), true, new MaxKey(), true);
    case 5:
      return interval(null, true, null, true);
    case 10:
      return interval(NaN, true, Infinity, true);
    default:
      return RANGES.get(type) ?? byClass(type, null);
  }
}

function byClass(type: number, shown: Value): Interval {
  // Keys begin with their class, moved above the byte that ends documents.
  const key = String.fromCharCode(type + 2);
  const ends: Cut[] = [cut(shown, false, key), cut(shown, true, key)];
  return { low: ends[0]!, high: ends[1]! };
}
