import { encodeDocument, ObjectId } from '@argon/bson';
import { describe, expect, it } from 'vitest';
import { decodeBlock } from './block';
import type { Item } from './item';
import { HAS_DOCUMENT } from './layout';
import { packBlocks } from './pack';

function itemsOf(documents: readonly Uint8Array[]): Item[] {
  return documents.map((content, n) => ({
    lsn: n + 1,
    timestamp: 1_700_000_000_000,
    operation: 1,
    collection: 'people',
    actor: { user: '', app: '' },
    prevLsn: 0,
    recordLsn: n + 1,
    commitLsn: documents.length,
    checksum: 7,
    shape: HAS_DOCUMENT,
    baseBranchId: 0,
    aside: new Uint8Array(0),
    content,
  }));
}

const person = (n: number) =>
  encodeDocument({
    _id: new ObjectId(),
    name: `Ada Lovelace the ${n}th`,
    mail: `ada.${(n * 7919).toString(36)}@example.org`,
    address: { street: `${n % 90} Bread Street`, city: ['London', 'Paris', 'Rome'][n % 3]!, zip: 10_000 + n },
    born: new Date(n * 86_400_000),
    score: Math.sin(n),
  });
const noise = (length: number) => {
  const bytes = Buffer.alloc(length);
  for (let i = 0, x = 1; i < length; i++) bytes[i] = (x = (x * 1103515245 + 12345) & 0x7fffffff) >> 16;
  return bytes;
};

describe('blocks', () => {
  it('fill whole pages, and hold every item once', () => {
    const items = itemsOf(Array.from({ length: 2000 }, (_, n) => person(n)));
    const blocks = packBlocks(items);
    let end = 0;
    for (const block of blocks) {
      expect(block.bytes.length).toBeLessThanOrEqual(2 * 4096 - 16);
      const { span, count } = decodeBlock(block.bytes);
      expect([span.first, span.last, count]).toEqual([end + 1, block.end, block.end - end]);
      end = block.end;
    }
    const bytes = blocks.reduce((sum, block) => sum + block.bytes.length, 0);
    expect(bytes / (blocks.length * 8192)).toBeGreaterThan(0.9);
    expect(items.length - end).toBeLessThan(200);
  });

  it('are none of too little', () => {
    expect(packBlocks(itemsOf(Array.from({ length: 10 }, (_, n) => person(n))))).toEqual([]);
    expect(packBlocks([])).toEqual([]);
  });

  it('hold a large entry alone', () => {
    const items = itemsOf([person(1), noise(200_000), person(2), person(3), noise(40_000)]);
    expect(packBlocks(items).map(({ end }) => end)).toEqual([1, 2, 4, 5]);
  });

  it('stay bounded where everything is the same', () => {
    const blocks = packBlocks(itemsOf(Array.from({ length: 5000 }, () => person(1))));
    for (const block of blocks) expect(decodeBlock(block.bytes).weight).toBeLessThan(48 * 1024);
  });

  it('hold what cannot be compressed', () => {
    const items = itemsOf(Array.from({ length: 200 }, () => noise(900)));
    const [block] = packBlocks(items);
    expect(
      decodeBlock(block!.bytes)
        .unpacked()
        .every(({ content }) => noise(900).equals(content)),
    ).toBe(true);
  });
});
