import type { NumberValue } from '../numeric/kinds';
import { toNumber } from '../numeric/arithmetic';
import { OtherNaN } from '../document/nan';
import { bsonTypeNumber } from '../order/types';
import type { Value } from '../value';

/*
 * Numbers of equal value have one key whatever their types, and so have a text and a symbol. Which of them a set of
 * values has is a mask of these bits; with it `keyValue` can tell what a key was made of. A value that its key alone tells
 * has no bit.
 */
const INT32 = 1;
/** An int64 that an int32 could hold. */
const SMALL_LONG = 2;
/** A double that an int32 could hold. */
const SMALL_DOUBLE = 4;
const LARGE_LONG = 8;
/** A double beyond int32 that an int64 could hold. */
const LARGE_DOUBLE = 16;
/** A decimal, whose digits after the last that counts no key tells; −0; a NaN with bits of its own. */
const ODD_NUMBER = 32;
const SYMBOL = 64;

/** Nothing is known: any of them. */
export const UNKNOWN_FORMS = 127;

const SMALL = INT32 | SMALL_LONG | SMALL_DOUBLE;
const LARGE = LARGE_LONG | LARGE_DOUBLE;

/** The bits of a value, and of all that it holds. */
export function keyForms(value: Value): number {
  switch (bsonTypeNumber(value)) {
    case 1:
      return doubleForms(value as NumberValue);
    case 3:
      return value instanceof Map ? formsOfAll(value.values()) : UNKNOWN_FORMS;
    case 4:
      return formsOfAll(value as Value[]);
    case 14:
      return SYMBOL;
    case 15:
      return UNKNOWN_FORMS; // its scope may hold anything
    case 16:
      return INT32;
    case 18: {
      const number = toNumber(value as NumberValue);
      return number === (number | 0) ? SMALL_LONG : LARGE_LONG;
    }
    case 19:
      return ODD_NUMBER;
    default:
      return 0;
  }
}

function doubleForms(value: NumberValue): number {
  const number = toNumber(value);
  if (Object.is(number, -0) || value instanceof OtherNaN) return ODD_NUMBER;
  if (!Number.isInteger(number)) return 0;
  if (number === (number | 0)) return SMALL_DOUBLE;
  return isInt64(number) ? LARGE_DOUBLE : 0;
}

function formsOfAll(values: Iterable<Value>): number {
  let forms = 0;
  for (const value of values) forms |= keyForms(value);
  return forms;
}

/** The type of a number that is a double, among values of these forms; undefined if it cannot be told. */
export function numberForm(value: number, forms: number): 'int' | 'long' | 'double' | undefined {
  if ((forms & ODD_NUMBER) !== 0) return undefined;
  if (!Number.isInteger(value)) return 'double';
  if (value === (value | 0)) {
    const form = forms & SMALL;
    return form === INT32
      ? 'int'
      : form === SMALL_LONG
        ? 'long'
        : form === SMALL_DOUBLE
          ? 'double'
          : undefined;
  }
  if (!isInt64(value)) return 'double';
  const form = forms & LARGE;
  return form === LARGE_LONG ? 'long' : form === LARGE_DOUBLE ? 'double' : undefined;
}

/** Whether numbers between two doubles are int64s. */
export function areLongs(forms: number): boolean {
  return (forms & ODD_NUMBER) === 0;
}

export function areTexts(forms: number): boolean {
  return (forms & SYMBOL) === 0;
}

function isInt64(value: number): boolean {
  return value >= -(2 ** 63) && value < 2 ** 63;
}
