import { encodeDocument, type Value } from '@argon/bson';

/** Whether two values have the same bytes: type, field order, the sign of zero and a NaN's kind included. */
export function sameValue(a: Value, b: Value): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return Object.is(a, b) || (typeof a !== typeof b && sameBytes(a, b));
  }
  if (a === b) return true;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((x, i) => sameValue(x, b[i]!))
    );
  }
  if (a instanceof Map || b instanceof Map) return a instanceof Map && b instanceof Map && sameDocument(a, b);
  return sameBytes(a, b);
}

/** {@link sameValue} for documents. */
export function sameDocument(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): boolean {
  if (a.size !== b.size) return false;
  const other = b.entries();
  for (const [name, value] of a) {
    const [otherName, otherValue] = other.next().value!;
    if (name !== otherName || !sameValue(value, otherValue)) return false;
  }
  return true;
}

function sameBytes(a: Value, b: Value): boolean {
  return Buffer.compare(encodeDocument(new Map([['', a]])), encodeDocument(new Map([['', b]]))) === 0;
}
