import { asBuffer, BsonFormatError } from '@argon/bson';
import { VarintReader, varintLength, writeVarint } from '../entry/varint';
import { type Edit, fieldEdits } from './field-edits';

/*
 * A document as what became of its previous version. What to keep and what to put is found field by field
 * (field-edits.ts) and written in bytes, so that making the document again is copying and needs no look at fields:
 *
 *   varint: the document's length
 *   for each edit: varints: bytes to keep, bytes to leave out, bytes to put; and these
 *
 * What the last edit leaves of the previous version is kept.
 */

/**
 * The delta that makes `after` of `before`, both BSON; undefined if it would take more than `maxBytes`, or take long
 * to find.
 */
export function encodeDelta(before: Uint8Array, after: Uint8Array, maxBytes: number): Buffer | undefined {
  const target = asBuffer(after);
  const edits = editsBetween(asBuffer(before), target);
  if (edits === undefined) return undefined;
  let length = varintLength(target.length);
  let kept = 0;
  for (const { from, to, newFrom, newTo } of edits) {
    const put = newTo - newFrom;
    length += varintLength(from - kept) + varintLength(to - from) + varintLength(put) + put;
    if (length > maxBytes) return undefined;
    kept = to;
  }
  const delta = Buffer.allocUnsafe(length);
  let at = writeVarint(delta, target.length, 0);
  kept = 0;
  for (const { from, to, newFrom, newTo } of edits) {
    at = writeVarint(delta, from - kept, at);
    at = writeVarint(delta, to - from, at);
    at = writeVarint(delta, newTo - newFrom, at);
    at += target.copy(delta, at, newFrom, newTo);
    kept = to;
  }
  return delta;
}

/**
 * The document that a delta makes of its previous version, in a buffer of its own.
 * @throws RangeError if they do not fit each other
 */
export function applyDelta(before: Uint8Array, delta: Buffer): Buffer {
  const source = asBuffer(before);
  const reader = new VarintReader(delta, 0);
  const length = reader.number();
  // A delta cannot ask for more memory than it has a right to.
  if (length > source.length + delta.length) throw misfit();
  const document = Buffer.allocUnsafe(length);
  let at = 0;
  let from = 0;
  while (reader.at < delta.length) {
    const keep = reader.number();
    const leave = reader.number();
    const put = reader.number();
    if (at + keep + put > length || from + keep + leave > source.length || reader.at + put > delta.length) {
      throw misfit();
    }
    source.copy(document, at, from, from + keep);
    at += keep;
    from += keep + leave;
    delta.copy(document, at, reader.at, reader.at + put);
    at += put;
    reader.at += put;
  }
  if (length - at !== source.length - from) throw misfit();
  source.copy(document, at, from);
  return document;
}

function editsBetween(before: Buffer, after: Buffer): readonly Edit[] | undefined {
  try {
    return fieldEdits(before, after);
  } catch (error) {
    // The store takes what it is given; what is no BSON is stored as it is.
    if (error instanceof BsonFormatError) return undefined;
    throw error;
  }
}

function misfit(): RangeError {
  return new RangeError('a delta does not fit the version before it');
}
