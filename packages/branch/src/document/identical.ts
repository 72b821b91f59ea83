import { encodeDocument, type Value } from '@argon/bson';

/** Whether two values are the same to the byte: same types, same fields in the same order. Undefined: not there. */
export function isIdentical(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return a !== 0 || Object.is(a, b);
  if (a === undefined || b === undefined || a === null || b === null) return false;
  if (typeof a === 'string' || typeof a === 'boolean') return false;
  if (a instanceof Map) return b instanceof Map && sameFields(a, b);
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((each, i) => isIdentical(each, b[i]));
  }
  // Numbers too: a plain one and an Int32 or a Double may be the same.
  return Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}

function sameFields(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): boolean {
  if (a.size !== b.size) return false;
  const others = b.entries();
  for (const [name, value] of a) {
    const [otherName, otherValue] = others.next().value!;
    if (name !== otherName || !isIdentical(value, otherValue)) return false;
  }
  return true;
}

function bytesOf(value: Value): Uint8Array {
  return encodeDocument(new Map([['', value]]));
}
