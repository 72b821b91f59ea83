import type { ChunkHash } from '@argon/wal';
import { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import type { KeyKind, KeyList } from './key';
import { readNumberKeys, readStringKeys } from './key-codec';
import { HASH_BYTES, InternalNode, LeafNode, type TreeNode } from './node';
import type { NumberKeys } from './number-keys';
import type { StringKeys } from './string-keys';
import { readValues } from './value-codec';

/**
 * A chunk: format, kind of keys, level, number of items, keys; then a leaf's values, or an internal node's
 * counts and hashes.
 */
const FORMAT = 1;
const KINDS: readonly KeyKind[] = ['number', 'string'];

export function writeHeader(writer: ByteWriter, kind: KeyKind, level: number, length: number): void {
  writer.byte(FORMAT);
  writer.byte(KINDS.indexOf(kind));
  writer.byte(level);
  writer.varint(length);
}

/** @throws ChunkDamagedError for bytes that are no chunk of a format it knows */
export function decodeNode(bytes: Uint8Array, hash: ChunkHash): TreeNode {
  const reader = new ByteReader(bytes, hash);
  if (reader.byte() !== FORMAT) reader.fail('it is in an unknown format');
  const kind = KINDS[reader.byte()];
  if (kind === undefined) reader.fail('its keys are of an unknown kind');
  const level = reader.byte();
  const length = reader.varint();
  if (length === 0) reader.fail('it is empty');
  if (length > reader.left) reader.fail('it has fewer items than it says');
  const keys = kind === 'number' ? readNumberKeys(reader, length) : readStringKeys(reader, length);
  const node = level === 0 ? readLeaf(reader, keys) : readInternal(reader, level, keys);
  if (reader.left > 0) reader.fail('it has more bytes than it needs');
  return node;
}

function readLeaf(reader: ByteReader, keys: NumberKeys | StringKeys): LeafNode<number> | LeafNode<string> {
  const bases = keys.kind === 'number' ? keys.data : undefined;
  const values = readValues(reader, keys.length, bases);
  const owned = values !== bases && values.buffer.byteLength === values.byteLength;
  return new LeafNode(keys as KeyList<string>, values, owned);
}

function readInternal(
  reader: ByteReader,
  level: number,
  keys: NumberKeys | StringKeys,
): InternalNode<number> | InternalNode<string> {
  const { length } = keys;
  const ends = new Float64Array(length);
  let end = 0;
  for (let i = 0; i < length; i++) {
    end += reader.varint();
    ends[i] = end;
  }
  // A copy: the chunk's own bytes need not stay in memory for it.
  const hashes = Buffer.allocUnsafeSlow(length * HASH_BYTES);
  hashes.set(reader.take(length * HASH_BYTES));
  return new InternalNode(level, keys as KeyList<string>, hashes, ends);
}
