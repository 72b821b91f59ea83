import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';

/**
 * Values are coded by how they relate to a base: the key for number keys (a record that was never updated has the
 * LSN that made it), 0 for string keys (an index has none). Which way is chosen by the values alone.
 */
const ALL_BASE = 0;
/** Those that differ, each with its distance in the node from the one before. */
const SPARSE = 1;
/** Every value, by its difference from the one before. */
const DENSE = 2;

const NO_VALUES = new Float64Array(2048);

/** @param bases the number keys; undefined: 0 */
export function writeValues(
  writer: ByteWriter,
  values: Float64Array,
  length: number,
  bases: Float64Array | undefined,
): void {
  let differing = 0;
  for (let i = 0; i < length; i++) {
    if (values[i] !== (bases === undefined ? 0 : bases[i])) differing += 1;
  }
  if (differing === 0) {
    writer.byte(ALL_BASE);
  } else if (2 * differing <= length) {
    writer.byte(SPARSE);
    writer.varint(differing);
    let next = 0;
    for (let i = 0; i < length; i++) {
      const base = bases === undefined ? 0 : bases[i]!;
      if (values[i] === base) continue;
      writer.varint(i - next);
      writer.signed(values[i]! - base);
      next = i + 1;
    }
  } else {
    writer.byte(DENSE);
    let before = 0;
    for (let i = 0; i < length; i++) {
      writer.signed(values[i]! - before);
      before = values[i]!;
    }
  }
}

export function readValues(
  reader: ByteReader,
  length: number,
  bases: Float64Array | undefined,
): Float64Array {
  const mode = reader.byte();
  if (mode === ALL_BASE) return bases ?? noValues(length);
  const values = bases === undefined ? new Float64Array(length) : bases.slice();
  if (mode === SPARSE) {
    const differing = reader.varint();
    let next = 0;
    for (let i = 0; i < differing; i++) {
      next += reader.varint();
      if (next >= length) reader.fail('it has more values than keys');
      values[next] = valid(reader, values[next]! + reader.signed());
      next += 1;
    }
  } else if (mode === DENSE) {
    let value = 0;
    for (let i = 0; i < length; i++) {
      value = valid(reader, value + reader.signed());
      values[i] = value;
    }
  } else {
    reader.fail('its values are in an unknown coding');
  }
  return values;
}

function valid(reader: ByteReader, value: number): number {
  if (value < 0 || value > Number.MAX_SAFE_INTEGER) reader.fail('it has a value out of range');
  return value;
}

/** Zeros, shared by all nodes of no more than so many items. */
function noValues(length: number): Float64Array {
  return length <= NO_VALUES.length ? NO_VALUES.subarray(0, length) : new Float64Array(length);
}
