import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { idKey } from '@argon/bson';
import { openStore, type Store } from '@argon/wal';
import { afterEach, beforeEach, describe, it, vi } from 'vitest';
import { Materializer } from '../materializer';
import type { MaterializerOptions, MaterializerStats } from '../options';
import { createCollection, createIndex, insert } from '../testing/entries';
import { remote } from '../testing/remote';
import { written } from '../testing/written';
import { decodeHotList } from './hot-list';

const MAIN = 2;
const INDEX = { v: 2, key: { x: 1 }, name: 'x_1' };

let store: Store;
const opened: Materializer[] = [];

beforeEach(async () => {
  store = await openStore('memory:');
  await store.createProject({ name: 'p', branchName: 'main', actor: { user: '', app: '' } });
  const documents = Array.from({ length: 3_000 }, (_, i) => insert('c', { _id: i, x: i % 10 }));
  await written(store, MAIN, [
    [createCollection('c'), createCollection('cold'), createIndex('c', INDEX), ...documents],
  ]);
  const writer = materializer(store, { warm: false });
  await writer.snapshot(MAIN);
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

function materializer(over: Store, options: MaterializerOptions = {}): Materializer {
  const made = new Materializer(over, { warm: true, ...options });
  opened.push(made);
  return made;
}

/** A process that reads a collection and goes. */
async function readOnce(collection: string, options: MaterializerOptions = {}): Promise<void> {
  const reader = materializer(store, options);
  reader.collectionOf(await reader.current(MAIN), collection);
  await reader.close();
}

async function hot(): Promise<string[]> {
  const list = await store.snapshots.hotList();
  return list === undefined ? [] : decodeHotList(list).map(({ collection }) => collection);
}

async function warmed(reader: Materializer): Promise<MaterializerStats> {
  await vi.waitFor(() => assert.equal(reader.stats().warming.collections, 1), 5_000);
  return reader.stats();
}

describe('warming', () => {
  it('finds what the process before read: the state and the nodes above the leaves', async () => {
    await readOnce('c');
    assert.deepEqual(await hot(), ['c']);
    for (const over of [store, remote(store)]) {
      const reader = materializer(over);
      const stats = await warmed(reader);
      assert.ok(stats.nodes.nodes >= 3 && stats.warming.bytes > 0);
      assert.equal(stats.nodes.misses, 0);
      assert.ok(reader.known(MAIN));
      const state = await reader.current(MAIN);
      assert.deepEqual(await state.collections.get('c')!.byId(idKey(7)), { record: 13, lsn: 13 });
      // One leaf of the ids, one of the records.
      assert.ok(reader.stats().nodes.misses <= 2);
    }
  });

  it('keeps what others read, and writes only what is new', async () => {
    await readOnce('c');
    await readOnce('cold');
    assert.deepEqual(await hot(), ['cold', 'c']);
    const put = vi.spyOn(store.snapshots, 'putHotList');
    await readOnce('c');
    assert.equal(put.mock.calls.length, 0);
    assert.deepEqual(await hot(), ['cold', 'c']);
  });

  it('neither reads nor writes when it is turned off', async () => {
    await readOnce('c', { warm: false });
    assert.deepEqual(await hot(), []);
    await readOnce('c');
    const reader = materializer(store, { warm: false });
    await setTimeout(200);
    assert.deepEqual(reader.stats().warming, { collections: 0, bytes: 0, failed: 0 });
    assert.equal(reader.known(MAIN), undefined);
  });

  it('waits while callers are busy, and ends with close', async () => {
    await readOnce('c');
    const reader = materializer(store);
    for (let i = 0; i < 30; i++) {
      await reader.current(MAIN);
      await setTimeout(8);
    }
    assert.equal(reader.stats().warming.collections, 0);
    await reader.close();
    await setTimeout(150);
    assert.equal(reader.stats().warming.collections, 0);
  });

  it('passes over what is not there any more, and over a list that is damaged', async () => {
    await readOnce('c');
    await readOnce('cold');
    const project = (await store.project('p'))!;
    const branch = await store.createBranch({
      projectId: project.id,
      name: 'gone',
      parentId: MAIN,
      baseLsn: (await store.head(MAIN)).lsn,
      actor: { user: '', app: '' },
    });
    const visitor = materializer(store);
    visitor.collectionOf(await visitor.current(branch.id), 'c');
    await visitor.close();
    await store.deleteProject(project.id, { user: '', app: '' });
    const reader = materializer(store);
    await setTimeout(250);
    assert.deepEqual(reader.stats().warming, { collections: 0, bytes: 0, failed: 0 });
    await store.snapshots.putHotList(Uint8Array.from([1, 2, 3]));
    const other = materializer(store);
    await setTimeout(150);
    assert.equal(other.stats().warming.failed, 0);
  });

  it('that fails harms nobody', async () => {
    await readOnce('c');
    const [snapshot] = await store.snapshots.list(MAIN);
    const get = vi.spyOn(store.chunks, 'get').mockImplementation(() => {
      throw new Error('the disk is on fire');
    });
    const reader = materializer(store);
    await vi.waitFor(() => assert.equal(reader.stats().warming.failed, 1), 5_000);
    get.mockRestore();
    assert.equal((await reader.current(MAIN)).lsn, snapshot!.lsn);
    const failing = vi.spyOn(store.snapshots, 'putHotList').mockRejectedValue(new Error('the disk is full'));
    reader.collectionOf(await reader.current(MAIN), 'cold');
    await reader.close();
    assert.equal(failing.mock.calls.length, 1);
  });
});
