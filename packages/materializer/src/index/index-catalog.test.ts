import assert from 'node:assert/strict';
import { encodeKey, toDoc } from '@argon/bson';
import { NOBODY, provisionalLsn, type Store } from '@argon/wal';
import { MemoryStore } from '@argon/wal/memory';
import { beforeEach, describe, it, vi } from 'vitest';
import { IndexNotFoundError } from '../errors';
import { Materializer } from '../materializer';
import { indexDefinition } from '../state/index-definition';
import { createCollection, createIndex, insert, update } from '../testing/entries';
import { written } from '../testing/written';

const MAIN = 2;
const UNIQUE = { v: 2, key: { x: 1 }, name: 'x_1', unique: true };
let store: Store;
let materializer: Materializer;

beforeEach(async () => {
  store = new MemoryStore();
  await store.createProject({ name: 'shop', branchName: 'main', actor: NOBODY });
  await written(store, MAIN, [
    [createCollection('c'), insert('c', { _id: 1, x: 'a' }), insert('c', { _id: 2, x: 'b' })],
  ]);
  materializer = new Materializer(store);
});

describe('indexes of states', () => {
  it('are built on demand and then follow the branch and its forks', async () => {
    await written(store, MAIN, [[createIndex('c', UNIQUE)]]);
    let state = await materializer.current(MAIN);
    const tree = await materializer.indexOf(state, 'c', 'x_1');
    assert.equal(tree.conflict(encodeKey(['a'])), 4);
    state = await materializer.committed(
      MAIN,
      await written(store, MAIN, [[update('c', { _id: 1, x: 'q' }, 4)]]),
    );
    const branch = await materializer.current(
      (
        await store.createBranch({
          projectId: 1,
          name: 'b',
          parentId: MAIN,
          baseLsn: state.lsn,
          actor: NOBODY,
        })
      ).id,
    );
    const documents = vi.spyOn(store, 'documents');
    for (const each of [state, branch]) {
      const next = materializer.indexOf(each, 'c', 'x_1');
      assert.ok(!(next instanceof Promise));
      assert.deepEqual([next.conflict(encodeKey(['a'])), next.conflict(encodeKey(['q']))], [undefined, 4]);
    }
    assert.equal(documents.mock.calls.length, 0);
    assert.equal(tree.conflict(encodeKey(['a'])), 4);
  });

  it('can be checked before they are created, and are there at once when they are', async () => {
    const state = await materializer.current(MAIN);
    const prepared = await materializer.indexOf(state, 'c', indexDefinition(toDoc(UNIQUE)));
    assert.equal(await prepared.firstDuplicate(), undefined);
    const commits = await written(store, MAIN, [
      [insert('c', { _id: 3, x: 'a' })],
      [createIndex('c', UNIQUE)],
    ]);
    const next = await materializer.committed(MAIN, commits);
    const documents = vi.spyOn(store, 'documents');
    assert.deepEqual(
      (await (await materializer.indexOf(next, 'c', 'x_1')).firstDuplicate())?.records,
      [4, 6],
    );
    assert.equal(documents.mock.calls.length, 0);
  });

  it('built on a draft that creates them are there once it is committed', async () => {
    const head = await materializer.current(MAIN);
    const lsn = provisionalLsn(0);
    const draft = head.advance([{ ...createIndex('c', UNIQUE), lsn }], { lsn, timestamp: 0 });
    await materializer.indexOf(draft, 'c', 'x_1');
    const next = await materializer.committed(MAIN, await written(store, MAIN, [[createIndex('c', UNIQUE)]]));
    const documents = vi.spyOn(store, 'documents');
    assert.equal(await (await materializer.indexOf(next, 'c', 'x_1')).count({}, 10), 2);
    assert.equal(documents.mock.calls.length, 0);
  });

  it('take the documents of drafts into account', async () => {
    await written(store, MAIN, [[createIndex('c', UNIQUE)]]);
    const lsn = provisionalLsn(0);
    const head = await materializer.current(MAIN);
    const draft = head.advance([{ ...insert('c', { _id: 3, x: 'new' }), lsn }], { lsn, timestamp: 0 });
    assert.equal(await (await materializer.indexOf(draft, 'c', 'x_1')).conflict(encodeKey(['new'])), lsn);
    assert.equal(
      await (await materializer.indexOf(head, 'c', 'x_1')).conflict(encodeKey(['new'])),
      undefined,
    );
  });

  it('of large collections are built without holding up the process', async () => {
    const entries = Array.from({ length: 8_000 }, (_, i) => insert('c', { _id: `n${i}`, x: i }));
    await written(store, MAIN, [[createIndex('c', UNIQUE), ...entries]]);
    const state = await materializer.current(MAIN);
    const building = materializer.indexOf(state, 'c', 'x_1');
    const commits = await written(store, MAIN, [[insert('c', { _id: 'late', x: 'late' })]]);
    const next = await materializer.committed(MAIN, commits);
    const tree = await materializer.indexOf(next, 'c', 'x_1');
    assert.equal(await tree.count({}, 10_000), 8_003);
    assert.equal(await (await building).count({}, 10_000), 8_002);
  });

  it('that are not there are an error', async () => {
    const state = await materializer.current(MAIN);
    await assert.rejects(async () => materializer.indexOf(state, 'c', 'x_1'), IndexNotFoundError);
    await assert.rejects(async () => materializer.indexOf(state, 'd', 'x_1'), IndexNotFoundError);
  });
});
