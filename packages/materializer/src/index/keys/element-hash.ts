import { Decimal128, elements, encodeDocument, Long, toDecimal, type Value } from '@argon/bson';
import { createHash, type Hash } from 'node:crypto';

const OBJECT = 3;
const ARRAY = 4;
const CODE_WITH_SCOPE = 15;
const NUMBERS = new Set([1, 16, 18, 19]);
const SEED = Buffer.alloc(4);
const END = Buffer.alloc(4);
const TWO_63 = 2 ** 63;
const INT64 = 2n ** 63n;

/** mongod's classes of types by type byte, where they differ from the type. */
const CLASSES: ReadonlyMap<number, number> = new Map([
  [255, -1],
  [127, 127],
  [6, 0],
  [10, 5],
  [1, 10],
  [16, 10],
  [18, 10],
  [19, 10],
  [2, 15],
  [14, 15],
  [3, 20],
  [4, 25],
  [5, 30],
  [7, 35],
  [8, 40],
  [9, 45],
  [17, 47],
  [11, 50],
  [12, 55],
  [13, 60],
  [15, 65],
]);

/** The number that stands for a value in a hashed index, as mongod computes it. Equal numbers of any type hash alike. */
export function hashedValue(value: Value): Long {
  const bytes = encodeDocument(new Map([['', value]]));
  const [element] = elements(bytes);
  const hash = createHash('md5').update(SEED);
  update(hash, bytes, element!, undefined);
  return Long.fromBytesLE([...hash.digest().subarray(0, 8)]);
}

interface Element {
  readonly type: number;
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

function update(
  hash: Hash,
  bytes: Uint8Array,
  { type, start, end }: Element,
  name: string | undefined,
): void {
  const kind = Buffer.alloc(4);
  kind.writeInt32LE(CLASSES.get(type) ?? type);
  hash.update(kind);
  if (name !== undefined) hash.update(`${name}\0`);
  if (type === OBJECT || type === ARRAY) fields(hash, bytes, start);
  else if (type === CODE_WITH_SCOPE) {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const codeEnd = start + 8 + view.readInt32LE(start + 4);
    hash.update(bytes.subarray(start + 8, codeEnd));
    fields(hash, bytes, codeEnd);
  } else hash.update(NUMBERS.has(type) ? integerOf(bytes, start, end, type) : bytes.subarray(start, end));
}

function fields(hash: Hash, bytes: Uint8Array, start: number): void {
  for (const inner of elements(bytes, start)) update(hash, bytes, inner, inner.name);
  hash.update(END);
}

/** A number cut to an int64, in bytes; what is beyond it is its end, and NaN 0. */
function integerOf(bytes: Uint8Array, start: number, end: number, type: number): Buffer {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  const integer = Buffer.alloc(8);
  if (type === 16) integer.writeBigInt64LE(BigInt(view.readInt32LE()));
  else if (type === 18) integer.writeBigInt64LE(view.readBigInt64LE());
  else if (type === 1) integer.writeBigInt64LE(fromDouble(view.readDoubleLE()));
  else integer.writeBigInt64LE(fromDecimal(view));
  return integer;
}

function fromDouble(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  // What the processor made of it when mongod's hashes were first written down.
  if (value === TWO_63) return -INT64;
  if (!Number.isFinite(value)) return value > 0 ? INT64 - 1n : -INT64;
  return within(BigInt(Math.trunc(value)));
}

function fromDecimal(bytes: Buffer): bigint {
  const decimal = toDecimal(new Decimal128(bytes));
  if (decimal.isNaN()) return 0n;
  if (!decimal.isFinite() || Math.abs(decimal.e) > 20) {
    if (decimal.isFinite() && decimal.e < 0) return 0n;
    return decimal.isNegative() ? -INT64 : INT64 - 1n;
  }
  return within(BigInt(decimal.trunc().toFixed(0)));
}

function within(integer: bigint): bigint {
  return integer < -INT64 ? -INT64 : integer >= INT64 ? INT64 - 1n : integer;
}
