import { afterZero, int32At, valueEnd } from './bytes';

/** How many fields (of an array: items) the document at `offset` has; counting stops at `enough`. */
export function countFields(bytes: Uint8Array, offset: number, enough: number): number {
  const limit = offset + int32At(bytes, offset) - 1;
  let at = offset + 4;
  let count = 0;
  while (at < limit && count < enough) {
    at = valueEnd(bytes, bytes[at]!, afterZero(bytes, at + 1));
    count++;
  }
  return count;
}
