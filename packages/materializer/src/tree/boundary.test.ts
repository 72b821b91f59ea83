import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { InternalChunker, LeafChunker } from './chunker';
import type { Key, KeyKind } from './key';
import { decodeNode } from './node-codec';
import type { TreeNode } from './node';

const HASH = 'ab'.repeat(20);

function leavesOf(kind: KeyKind, keys: readonly Key[]): TreeNode[] {
  const nodes: TreeNode[] = [];
  const chunker = new LeafChunker<Key>(
    kind,
    (bytes) => {
      nodes.push(decodeNode(bytes, HASH));
      return HASH;
    },
    () => undefined,
  );
  for (const key of keys) chunker.push(key, 0);
  chunker.close();
  return nodes;
}

describe('the boundary rule', () => {
  it('gives leaves of about 256 number keys, between 32 and 1,024', () => {
    const lengths = leavesOf(
      'number',
      Array.from({ length: 300_000 }, (_, i) => 3 * i + 17),
    ).map(({ length }) => length);
    const mean = 300_000 / lengths.length;
    assert.ok(mean > 235 && mean < 275, `mean ${mean}`);
    const whole = lengths.slice(0, -1);
    assert.ok(Math.min(...whole) >= 32 && Math.max(...whole) <= 1_024);
  });

  it('gives leaves of about 4 KiB of string keys, length and 8 bytes each', () => {
    const keys = Array.from({ length: 100_000 }, (_, i) => `order/${String(i * 7).padStart(8, '0')}`);
    const leaves = leavesOf('string', keys);
    const mean = (keys.length * (14 + 8)) / leaves.length;
    assert.ok(mean > 3_700 && mean < 4_400, `mean ${mean}`);
  });

  it('gives a key that is larger than a chunk a chunk of its own', () => {
    const keys = ['a', 'b', 'c'.repeat(20_000), 'd', 'e'.repeat(16_377), 'f', 'g'.repeat(16_376)];
    const leaves = leavesOf('string', keys).map(({ keys: { length } }) => length);
    assert.deepEqual(leaves, [2, 1, 1, 1, 2]);
  });

  it('ends chunks elsewhere on another level', () => {
    // Last keys of leaves are such as end a leaf: if they ended internal nodes as well, those would be tiny.
    const keys = Array.from({ length: 400_000 }, (_, i) => i);
    const lasts = leavesOf('number', keys).map((node) => node.keys.at(node.length - 1) as number);
    let made = 0;
    const chunker = new InternalChunker<number>(
      'number',
      1,
      () => HASH,
      () => (made += 1),
    );
    for (const key of lasts) chunker.push(key, { hash: HASH, count: 256 });
    const mean = lasts.length / made;
    assert.ok(mean > 75 && mean < 135, `mean ${mean}`);
  });
});
