import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Block, decodeBlock } from './block';
import { encodeBlock } from './encode-block';
import type { Item } from './item';
import { HAS_DOCUMENT, IS_DELTA } from './layout';

const text = fc.oneof(fc.constantFrom('', 'things', 'people'), fc.string({ unit: 'binary', maxLength: 10 }));
/** Mostly near the entry, as links are; 0 is none. */
const back = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 2 ** 50 }));

const blocksOf = (minLength: number, maxLength: number): fc.Arbitrary<Item[]> =>
  fc
    .tuple(
      fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 2 ** 50, max: 2 ** 51 })),
      fc.array(
        fc.record({
          gap: fc.oneof(fc.constant(0), fc.nat(5), fc.nat(2 ** 40)),
          wait: fc.oneof(fc.constant(0), fc.nat(1000), fc.nat(2 ** 41)),
          ahead: fc.nat(3),
          operation: fc.constantFrom(1, 1, 2, 2, 3, 16, 38),
          collection: text,
          actor: fc.record({ user: text, app: text }),
          prev: back,
          record: back,
          hasRecord: fc.boolean(),
          checksum: fc.nat(2 ** 32 - 1),
          shape: fc.constantFrom(0, HAS_DOCUMENT, HAS_DOCUMENT | IS_DELTA),
          base: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 ** 45 })),
          content: fc.oneof(
            fc.uint8Array({ maxLength: 50 }),
            fc.nat(3000).map((n) => new Uint8Array(n).fill(97)),
          ),
        }),
        { minLength, maxLength },
      ),
    )
    .map(([first, parts]) => {
      let [lsn, timestamp] = [first - 1, 0];
      return parts.map((part, n) => {
        lsn += 1 + (n === 0 ? 0 : part.gap);
        timestamp += part.wait;
        const { operation, collection, actor, checksum, shape, base, content } = part;
        return {
          lsn,
          timestamp,
          operation,
          collection,
          actor,
          prevLsn: part.prev === 0 ? 0 : Math.max(1, lsn - part.prev),
          recordLsn: part.hasRecord ? Math.max(1, lsn - part.record) : 0,
          commitLsn: lsn + part.ahead,
          checksum,
          shape,
          baseBranchId: shape & IS_DELTA ? base : 0,
          aside: new Uint8Array(0),
          content,
        };
      });
    })
    // A version does not come before itself.
    .map((items) => items.map((item) => (item.prevLsn === item.lsn ? { ...item, prevLsn: 0 } : item)));

const blocks = blocksOf(1, 30);

function comparable(items: readonly Item[]): unknown {
  return items.map(({ content, aside: _, ...head }) => ({
    ...head,
    content: Buffer.from(content).toString('hex'),
  }));
}

function itemsOf(block: Block): unknown {
  return comparable(
    block.unpacked().map(({ start: _, end: __, ...item }: Item & { start?: number; end?: number }) => item),
  );
}

it('holds every entry as it went in', () => {
  fc.assert(
    fc.property(blocks, (items) => {
      const bytes = encodeBlock(items, 0, items.length);
      const block = decodeBlock(bytes);
      expect(itemsOf(block)).toEqual(comparable(items));
      expect(block.span).toEqual({
        first: items[0]!.lsn,
        last: items[items.length - 1]!.lsn,
        firstTime: items[0]!.timestamp,
        lastTime: items[items.length - 1]!.timestamp,
      });
      // Looked up in any order, after what it was decoded from is gone.
      const detached = decodeBlock(bytes).detach();
      bytes.fill(0);
      for (const [n, item] of [...items.entries()].sort(([a], [b]) => ((a * 7) % 11) - ((b * 7) % 11))) {
        const found = detached.item(item.lsn)!;
        expect(found).toMatchObject({ lsn: item.lsn, prevLsn: item.prevLsn, checksum: item.checksum });
        expect(detached.payload(found).equals(item.content)).toBe(true);
        expect(detached.itemAtOrBefore(item.lsn)).toEqual(found);
        const next = items[n + 1]?.lsn ?? Infinity;
        if (next > item.lsn + 1) {
          expect(detached.item(item.lsn + 1)).toBeUndefined();
          expect(detached.itemAtOrBefore(item.lsn + 1)).toEqual(found);
        }
      }
      expect(detached.itemAtOrBefore(items[0]!.lsn - 1)).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});

it('finds entries of a long block in any order', () => {
  fc.assert(
    fc.property(blocksOf(100, 150), fc.array(fc.nat(), { minLength: 1, maxLength: 60 }), (items, order) => {
      const block = decodeBlock(encodeBlock(items, 0, items.length));
      for (const place of order) {
        const item = items[place % items.length]!;
        expect(block.itemAtOrBefore(item.lsn)).toMatchObject({ lsn: item.lsn, checksum: item.checksum });
        expect(block.item(item.lsn)).toMatchObject({ lsn: item.lsn, checksum: item.checksum });
      }
    }),
    { numRuns: 50 },
  );
});

it('is refused if any byte of it is another', () => {
  fc.assert(
    fc.property(blocks, fc.nat(), fc.integer({ min: 1, max: 255 }), (items, place, change) => {
      const bytes = encodeBlock(items, 0, items.length);
      bytes[place % bytes.length]! ^= change;
      expect(() => decodeBlock(bytes)).toThrow(RangeError);
    }),
  );
});
