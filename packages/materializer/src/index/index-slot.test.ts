import assert from 'node:assert/strict';
import { encodeDocument, encodeKey, toDoc } from '@argon/bson';
import { describe, it } from 'vitest';
import { indexDefinition } from '../state/index-definition';
import { IndexLayers } from './index-layers';
import { IndexSlot } from './index-slot';
import { IndexTree } from './index-tree';
import { keyExtractor } from './key-extractor';

const definition = indexDefinition(toDoc({ v: 2, key: { a: 1, b: 1 }, name: 'i' }));
const EMPTY = new IndexLayers(undefined, IndexTree.empty(definition, keyExtractor(definition)));
const change = (record: number, a: unknown, b: unknown = 0) => ({
  record,
  document: encodeDocument({ a, b }),
});

describe('an index that is being built while the branch moves on', () => {
  it('has every change once it is done, in the order they were made', async () => {
    let done!: (layers: IndexLayers) => void;
    const first = IndexSlot.of(new Promise<IndexLayers>((resolve) => (done = resolve)), 9);
    let slot: IndexSlot | undefined = first;
    for (let i = 0; i < 2_000; i++) slot = slot!.derive([change(1, i)], 9);
    const waiting = slot!.get();
    assert.ok(waiting instanceof Promise);
    done(EMPTY);
    const tree = (await waiting)!.overlay;
    assert.deepEqual(tree.find(encodeKey([1_999, 0])), [1]);
    assert.equal(tree.keyCount, 1);
    const next = slot!.derive([change(2, 7)], 9)!.get();
    assert.ok(!(next instanceof Promise));
    assert.equal(next!.overlay.recordCount, 2);
    assert.equal((await first.get())!.overlay.recordCount, 0);
  });

  it('is given up when the build fails', async () => {
    const first = IndexSlot.of(Promise.reject(new Error('no such document')), 9);
    const derived = first.derive([change(1, 1)], 9)!;
    await assert.rejects(async () => derived.get(), /no such document/);
    assert.equal(derived.derive([change(1, 2)], 9), undefined);
    assert.equal(await derived.get(), undefined);
  });

  it('is given up, and harms nobody, when a document cannot be indexed', async () => {
    const parallel = change(1, [1, 2], [3, 4]);
    assert.equal(IndexSlot.of(EMPTY, 9).derive([parallel], 9), undefined);
    const slot = IndexSlot.of(Promise.resolve(EMPTY), 9)
      .derive([parallel], 9)!
      .derive([change(2, 1)], 9)!;
    assert.equal(await slot.get(), undefined);
  });
});
