import { encodeDocument } from '../document/encode';
import type { Value } from '../value';

/**
 * Whether two values have the same bytes: type, field order, the sign of zero and a NaN's kind included. Undefined is a
 * value that is not there, and identical to itself alone.
 */
export function isIdentical(a: Value | undefined, b: Value | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return Object.is(a, b) || (typeof a !== typeof b && haveSameBytes(a, b));
  }
  if (a === b) return true;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((value, i) => isIdentical(value, b[i]))
    );
  }
  if (a instanceof Map || b instanceof Map) {
    return a instanceof Map && b instanceof Map && haveIdenticalFields(a, b);
  }
  return haveSameBytes(a, b);
}

/** {@link isIdentical} for documents. */
export function haveIdenticalFields(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): boolean {
  if (a.size !== b.size) return false;
  const others = b.entries();
  for (const [name, value] of a) {
    const [otherName, otherValue] = others.next().value!;
    if (name !== otherName || !isIdentical(value, otherValue)) return false;
  }
  return true;
}

function haveSameBytes(a: Value, b: Value): boolean {
  return Buffer.compare(encodeDocument(new Map([['', a]])), encodeDocument(new Map([['', b]]))) === 0;
}
