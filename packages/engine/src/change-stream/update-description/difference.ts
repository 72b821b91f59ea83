import type { RawElement } from '@argon/bson';

/** A value as it lies in the bytes of the document that it was found in. */
export interface FoundValue {
  readonly bytes: Uint8Array;
  readonly element: RawElement;
}

/** What differs between two documents, as mongod's oplog would say it: by field, whole values or differences within. */
export interface DocumentDifference {
  readonly kind: 'document';
  readonly removed: readonly string[];
  /** Fields that have another value, then fields that are new. */
  readonly set: readonly (readonly [name: string, value: FoundValue])[];
  readonly within: readonly (readonly [name: string, difference: Difference])[];
}

/** What differs between two arrays. */
export interface ArrayDifference {
  readonly kind: 'array';
  /** How long the array is by now, if it was cut short. */
  readonly length: number | undefined;
  readonly items: readonly (readonly [index: number, change: FoundValue | Difference])[];
}

export type Difference = DocumentDifference | ArrayDifference;

const DOCUMENT = 3;
const ARRAY = 4;

export function isSame(before: FoundValue, after: FoundValue): boolean {
  const [a, b] = [before.element, after.element];
  if (a.type !== b.type || a.end - a.start !== b.end - b.start) return false;
  return Buffer.compare(before.bytes.subarray(a.start, a.end), after.bytes.subarray(b.start, b.end)) === 0;
}

/** Whether both are documents, or both arrays, so that the difference may lie within. */
export function kindOfBoth(before: FoundValue, after: FoundValue): 'document' | 'array' | undefined {
  const { type } = before.element;
  if (type !== after.element.type) return undefined;
  if (type === DOCUMENT) return 'document';
  return type === ARRAY ? 'array' : undefined;
}

export function isDifference(change: FoundValue | Difference): change is Difference {
  return 'kind' in change;
}
