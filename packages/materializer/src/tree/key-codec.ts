import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { NumberKeys } from './number-keys';
import { StringKeys } from './string-keys';

/** The first key, then how much more than 1 each adds. */
export function writeNumberKeys(writer: ByteWriter, data: Float64Array, length: number): void {
  let next = 0;
  for (let i = 0; i < length; i++) {
    const key = data[i]!;
    writer.varint(key - next);
    next = key + 1;
  }
}

export function readNumberKeys(reader: ByteReader, length: number): NumberKeys {
  const data = new Float64Array(length);
  let next = 0;
  for (let i = 0; i < length; i++) {
    const key = next + reader.varint();
    if (key > Number.MAX_SAFE_INTEGER) reader.fail('it has a key out of range');
    data[i] = key;
    next = key + 1;
  }
  return new NumberKeys(data);
}

/** All lengths together, then for each key what it shares with the one before, how long the rest is, and the rest. */
export function writeStringKeys(writer: ByteWriter, arena: Buffer, ends: Uint32Array, length: number): void {
  writer.varint(ends[length]!);
  let before = 0;
  let beforeSize = 0;
  for (let i = 0; i < length; i++) {
    const start = ends[i]!;
    const end = ends[i + 1]!;
    const size = end - start;
    const most = size < beforeSize ? size : beforeSize;
    let shared = 0;
    while (shared < most && arena[before + shared] === arena[start + shared]) shared += 1;
    writer.varint(shared);
    writer.varint(size - shared);
    writer.bytes(arena, start + shared, end);
    before = start;
    beforeSize = size;
  }
}

export function readStringKeys(reader: ByteReader, length: number): StringKeys {
  const total = reader.varint();
  // A key costs two bytes at least, and what it shares was written once: this bounds what bad bytes can ask for.
  if (total > reader.left * (length + 1)) reader.fail('its keys are longer than it is');
  const arena = Buffer.allocUnsafeSlow(total);
  const slots = new Uint32Array(2 * length + 1);
  const { bytes } = reader;
  let before = 0;
  let at = 0;
  for (let i = 0; i < length; i++) {
    const shared = reader.varint();
    const rest = reader.varint();
    if (shared > at - before || rest > reader.left || at + shared + rest > total) {
      reader.fail('a key does not fit');
    }
    const start = at;
    at = copied(arena, at, arena, before, shared);
    at = copied(arena, at, bytes, reader.position, rest);
    reader.position += rest;
    slots[2 * i + 2] = at;
    before = start;
  }
  if (at !== total) reader.fail('its keys are shorter than it says');
  return new StringKeys(arena, slots);
}

/** Copies bytes; most are too few for a native call to pay. Returns where they end. */
function copied(target: Buffer, at: number, source: Buffer, from: number, length: number): number {
  if (length > 48) target.set(source.subarray(from, from + length), at);
  else for (let i = 0; i < length; i++) target[at + i] = source[from + i]!;
  return at + length;
}
