/** Where parts of a serialized trie of code points (ICU's UTrie2, 32-bit values) lie: header, index, data. */
const HEADER_BYTES = 16;
const SIGNATURE = 0x54726932;
/** Where the index has blocks of lead surrogates' code points, and where its second level for the rest begins. */
const LEAD_SURROGATES = 0x140;
const SUPPLEMENTARY = 0x820;

/** What a value is stored for each code point of. */
export class CodePointMap {
  private constructor(
    private readonly index: Uint16Array,
    private readonly values: Uint32Array,
    private readonly highStart: number,
  ) {}

  /** @param bytes the serialized trie, little-endian */
  static read(bytes: Buffer): CodePointMap {
    if (bytes.readUInt32LE(0) !== SIGNATURE) throw new Error('The tables of collations are damaged');
    const indexLength = bytes.readUInt16LE(6);
    const valueCount = bytes.readUInt16LE(8) << 2;
    const highStart = bytes.readUInt16LE(14) << 11;
    return new CodePointMap(
      uint16s(bytes, HEADER_BYTES, indexLength),
      uint32s(bytes, HEADER_BYTES + indexLength * 2, valueCount),
      highStart,
    );
  }

  get(point: number): number {
    const { index, values } = this;
    let block: number;
    if (point < 0xd800) block = index[point >> 5]!;
    else if (point <= 0xffff) block = index[(point > 0xdbff ? 0 : LEAD_SURROGATES) + (point >> 5)]!;
    else if (point >= this.highStart) return values[values.length - 4]!;
    else block = index[index[SUPPLEMENTARY + (point >> 11)]! + ((point >> 5) & 0x3f)]!;
    return values[(block << 2) + (point & 0x1f)]!;
  }
}

/** Copies, as parts of a file need not lie where typed arrays could look at them. */
export function uint16s(bytes: Buffer, at: number, count: number): Uint16Array {
  return new Uint16Array(Uint8Array.prototype.slice.call(bytes, at, at + count * 2).buffer);
}

export function uint32s(bytes: Buffer, at: number, count: number): Uint32Array {
  return new Uint32Array(Uint8Array.prototype.slice.call(bytes, at, at + count * 4).buffer);
}
