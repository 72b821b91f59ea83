import { elementValue, type Doc } from '@argon/bson';
import { afterZero, int32At, valueEnd } from './bytes';

/** A field's name, and its bytes. */
export interface WantedField {
  readonly name: string;
  readonly encoded: Uint8Array;
}

export function wantedField(name: string): WantedField {
  return { name, encoded: Buffer.from(name) };
}

/** The wanted fields of an encoded document that it has, decoded, in one pass that ends with the last of them. */
export function readFields(bytes: Uint8Array, wanted: readonly WantedField[]): Doc {
  const fields: Doc = new Map();
  const limit = int32At(bytes, 0) - 1;
  let at = 4;
  while (at < limit && fields.size < wanted.length) {
    const type = bytes[at]!;
    const field = fieldAt(bytes, at + 1, wanted);
    const start = field === undefined ? afterZero(bytes, at + 1) : at + field.encoded.length + 2;
    const end = valueEnd(bytes, type, start);
    // Of a name that comes twice, the first counts.
    if (field !== undefined && !fields.has(field.name)) {
      fields.set(field.name, elementValue(bytes, { type, name: '', start, end }));
    }
    at = end;
  }
  return fields;
}

/** Which of them has its name here. */
function fieldAt(bytes: Uint8Array, at: number, wanted: readonly WantedField[]): WantedField | undefined {
  const first = bytes[at];
  for (const field of wanted) {
    const { encoded } = field;
    if (encoded[0] !== first && encoded.length > 0) continue;
    let index = 1;
    while (index < encoded.length && bytes[at + index] === encoded[index]) index++;
    if (index >= encoded.length && bytes[at + encoded.length] === 0) return field;
  }
  return undefined;
}
