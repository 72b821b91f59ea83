import assert from 'node:assert/strict';
import { HOT_LIST_BYTES } from '@argon/wal';
import { describe, it } from 'vitest';
import { HOT_COLLECTIONS, HotCollections } from './hot-collections';
import { decodeHotList, encodeHotList } from './hot-list';

const names = (hot: HotCollections): string[] => hot.with([]).map(({ collection }) => collection);

describe('the hottest collections', () => {
  it('are those that were read most lately, by branch', () => {
    const hot = new HotCollections();
    for (const name of ['a', 'b', 'a', 'a', 'c', 'b']) hot.read(2, name);
    assert.deepEqual(names(hot), ['b', 'c', 'a']);
    hot.read(9, 'b');
    assert.equal(hot.with([]).length, 4);
  });

  it('are a bounded number, and say when one comes in', () => {
    let told = 0;
    const hot = new HotCollections(() => (told += 1));
    for (let i = 0; i < 2 * HOT_COLLECTIONS; i++) hot.read(2, `c${i}`);
    hot.read(2, `c${2 * HOT_COLLECTIONS - 5}`);
    assert.equal(told, 2 * HOT_COLLECTIONS);
    assert.equal(names(hot).length, HOT_COLLECTIONS);
    assert.equal(names(hot)[0], `c${2 * HOT_COLLECTIONS - 5}`);
  });

  it('leave room for what others read', () => {
    const hot = new HotCollections();
    hot.read(2, 'mine');
    const others = [
      { branchId: 2, collection: 'theirs' },
      { branchId: 2, collection: 'mine' },
    ];
    assert.deepEqual(
      hot.with(others).map(({ collection }) => collection),
      ['mine', 'theirs'],
    );
  });

  it('are handed on, the hottest of them if they are too many bytes', () => {
    const some = [
      { branchId: 2, collection: 'users' },
      { branchId: 2 ** 52, collection: 'ürlaub' },
    ];
    assert.deepEqual(decodeHotList(encodeHotList(some)), some);
    const long = Array.from({ length: 20 }, (_, i) => ({ branchId: i, collection: 'x'.repeat(200) + i }));
    const list = encodeHotList(long);
    assert.ok(list.length <= HOT_LIST_BYTES);
    const read = decodeHotList(list);
    assert.ok(read.length > 3);
    assert.deepEqual(read, long.slice(0, read.length));
  });

  it('are none in what is not such a list', () => {
    for (const bytes of [[], [1, 2, 3], [5, 0, 0, 0, 0], [...encodeHotList([]).map((byte) => byte ^ 1)]]) {
      assert.deepEqual(decodeHotList(Uint8Array.from(bytes)), []);
    }
  });
});
