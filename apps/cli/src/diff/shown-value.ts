import { decodeDocument, type Value } from '@argon/bson';
import { valueText } from '../render/document';

/** A value on one line, with its types where text alone would not tell them. */
export function shownValue(value: Value): string {
  return valueText(value, 'exact');
}

export function shownDocument(bytes: Uint8Array): string {
  return shownValue(decodeDocument(bytes));
}
