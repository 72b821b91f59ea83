import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { type Child, InternalChunker, type KeyedChild, LeafChunker } from './chunker';
import { ChunkDamagedError, TreeInputError } from './errors';
import type { Key, KeyKind } from './key';
import type { InternalNode, LeafNode } from './node';
import { decodeNode } from './node-codec';

const HASH = 'ab'.repeat(20);

/** The chunks of some items, whatever sizes the boundary rule gives them. */
function leavesOf<K extends Key>(kind: KeyKind, items: readonly (readonly [K, number])[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const chunker = new LeafChunker<K>(
    kind,
    (bytes) => {
      chunks.push(bytes);
      return HASH;
    },
    () => undefined,
  );
  for (const [key, value] of items) chunker.push(key, value);
  chunker.close();
  return chunks;
}

function itemsOf(chunks: readonly Uint8Array[]): [Key, number][] {
  return chunks.flatMap((bytes) => {
    const { keys, values, length } = decodeNode(bytes, HASH) as LeafNode;
    return Array.from({ length }, (_, i): [Key, number] => [keys.at(i), values[i]!]);
  });
}

const values = fc.oneof(fc.nat({ max: 3 }), fc.maxSafeNat());

describe('the bytes of a node', () => {
  it('give back number keys and values', () => {
    const keys = fc.oneof(fc.nat({ max: 500 }), fc.maxSafeNat());
    const items = fc.array(fc.tuple(keys, fc.option(values)), { maxLength: 300 });
    fc.assert(
      fc.property(items, (pairs) => {
        const sorted = [...new Map(pairs)]
          .sort(([a], [b]) => a - b)
          .map(([key, value]) => [key, value ?? key] as const);
        assert.deepEqual(itemsOf(leavesOf('number', sorted)), sorted);
      }),
    );
  });

  it('give back string keys and values', () => {
    const units = fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 255));
    const text = fc.array(units, { maxLength: 60 }).map((codes) => String.fromCharCode(...codes));
    const items = fc.array(fc.tuple(text, fc.oneof(fc.constant(0), values)), { maxLength: 200 });
    fc.assert(
      fc.property(items, (pairs) => {
        const sorted = [...new Map(pairs)].sort(([a], [b]) => (a < b ? -1 : 1));
        assert.deepEqual(itemsOf(leavesOf('string', sorted)), sorted);
      }),
    );
  });

  it('give back children and how many items lie below them', () => {
    const children: KeyedChild<string>[] = Array.from({ length: 20 }, (_, i) => ({
      key: `k${String(i).padStart(3, '0')}`,
      child: { hash: i.toString(16).padStart(40, '0'), count: i * 2 ** 40 + 1 },
    }));
    const chunks: Uint8Array[] = [];
    const sink = (bytes: Uint8Array): string => {
      chunks.push(bytes);
      return HASH;
    };
    const chunker = new InternalChunker<string>('string', 3, sink, () => undefined);
    for (const { key, child } of children) chunker.push(key, child);
    chunker.close();
    const node = decodeNode(chunks[0]!, HASH) as InternalNode<string>;
    assert.equal(node.level, 3);
    const read = Array.from({ length: node.length }, (_, i): { key: string; child: Child } => ({
      key: node.keys.at(i),
      child: { hash: node.hashAt(i), count: node.countAt(i) },
    }));
    assert.deepEqual(read, children.slice(0, node.length));
  });

  it('are few: two bytes or so for a record that follows others and was never updated', () => {
    const records = Array.from({ length: 10_000 }, (_, i) => [5_000_000 + 2 * i, 5_000_000 + 2 * i] as const);
    const bytes = leavesOf('number', records).reduce((sum, { length }) => sum + length, 0);
    assert.ok(bytes < 1.2 * records.length, `${bytes} bytes`);
  });

  it('are refused when anything is wrong with them, never read as something else or without end', () => {
    const strings = Array.from(
      { length: 50 },
      (_, i) => [`key ${String(i).padStart(4, '0')}`, i * i] as const,
    );
    const numbers = strings.map(([, value], i) => [value + 1000, i % 7 === 0 ? 3 : value + 1000] as const);
    const samples = [leavesOf('string', strings)[0]!, leavesOf('number', numbers)[0]!];
    const damage = fc.record({
      sample: fc.constantFrom(...samples),
      at: fc.nat({ max: 700 }),
      to: fc.nat({ max: 255 }),
      cut: fc.option(fc.nat({ max: 700 })),
    });
    fc.assert(
      fc.property(damage, ({ sample, at, to, cut }) => {
        const bytes = sample.slice(0, cut === null ? sample.length : Math.min(cut, sample.length));
        if (bytes.length > 0) bytes[at % bytes.length] = to;
        try {
          decodeNode(bytes, HASH);
        } catch (error) {
          assert.ok(error instanceof ChunkDamagedError, String(error));
          assert.match(error.message, new RegExp(HASH));
        }
      }),
      { numRuns: 2_000 },
    );
    for (const sample of samples) {
      for (let length = 0; length < sample.length; length++) {
        assert.throws(() => decodeNode(sample.subarray(0, length), HASH), ChunkDamagedError);
      }
      assert.throws(() => decodeNode(Buffer.concat([sample, Buffer.from([0])]), HASH), ChunkDamagedError);
    }
  });

  it('name what they do not know', () => {
    const [bytes] = leavesOf('number', [[1, 1]]);
    const withByte = (index: number, value: number): Uint8Array => {
      const changed = bytes!.slice();
      changed[index] = value;
      return changed;
    };
    assert.throws(() => decodeNode(withByte(0, 9), HASH), /unknown format/);
    assert.throws(() => decodeNode(withByte(1, 9), HASH), /unknown kind/);
    assert.throws(() => decodeNode(withByte(3, 0), HASH), /empty/);
  });

  it('cannot be made of what is no key or value', () => {
    for (const value of [-1, 1.5, Number.NaN, 2 ** 53]) {
      assert.throws(() => leavesOf('number', [[1, value]]), TreeInputError);
    }
    assert.throws(() => leavesOf('string', [['\u0100', 1]]), TreeInputError);
  });
});
