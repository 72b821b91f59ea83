import { documentAt, elements } from '@argon/bson';
import type { FoundValue } from './difference';

/** The fields of a document in order; of two fields of one name the last. */
export function fieldsOf(bytes: Uint8Array): Map<string, FoundValue> {
  const fields = new Map<string, FoundValue>();
  for (const element of elements(bytes)) fields.set(element.name, { bytes, element });
  return fields;
}

/** An array's items in order. */
export function itemsOf(bytes: Uint8Array): FoundValue[] {
  return Array.from(elements(bytes), (element) => ({ bytes, element }));
}

/** The document or array that a value is. */
export function contentOf({ bytes, element }: FoundValue): Uint8Array {
  return documentAt(bytes, element);
}
