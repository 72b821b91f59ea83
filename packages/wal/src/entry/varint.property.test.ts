import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeText, VarintReader, varintLength, writeVarint } from './varint';

/** The oracle: the same format by BigInt arithmetic. */
function naive(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  do {
    bytes.push(Number(rest & 0x7fn));
    rest >>= 7n;
  } while (rest > 0n);
  return bytes.map((byte, i) => (i < bytes.length - 1 ? byte | 0x80 : byte));
}

const numbers = fc.oneof(
  fc.maxSafeNat(),
  fc.nat(300),
  fc
    .tuple(fc.integer({ min: 0, max: 52 }), fc.integer({ min: -2, max: 2 }))
    .map(([bits, off]) => Math.max(0, 2 ** bits + off)),
);

it('writes what the naive encoder writes, and reads it back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(numbers, fc.string({ unit: 'binary', maxLength: 200 })), { maxLength: 8 }),
      (parts) => {
        const buffers = parts.map((part) => {
          if (typeof part === 'string') return encodeText(part);
          const bytes = Buffer.alloc(varintLength(part));
          expect(writeVarint(bytes, part, 0)).toBe(bytes.length);
          expect(bytes.equals(Buffer.from(naive(part)))).toBe(true);
          return bytes;
        });
        const reader = new VarintReader(Buffer.concat(buffers), 0);
        for (const part of parts) {
          expect(typeof part === 'string' ? reader.text() : reader.number()).toBe(part);
        }
        expect(reader.at).toBe(reader.end);
      },
    ),
  );
});

it('throws at the end of the bytes', () => {
  for (const bytes of [[], [0x80], [5, 65]]) {
    expect(() => new VarintReader(Buffer.from(bytes), 0).text()).toThrow(RangeError);
  }
});
