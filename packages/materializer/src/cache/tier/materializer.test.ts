import assert from 'node:assert/strict';
import { openStore } from '@argon/wal';
import { it, vi } from 'vitest';
import { Materializer } from '../../materializer';
import { createCollection, insert } from '../../testing/entries';
import { remote } from '../../testing/remote';
import { written } from '../../testing/written';
import type { SharedCache } from './shared-cache';
import { SharedTier } from './shared-tier';

const MAIN = 2;

it('what one process read another need not ask the store for', async () => {
  const values = new Map<string, Uint8Array>();
  const cache: SharedCache = {
    getMany: async (keys) => keys.map((key) => values.get(key)),
    setMany: async (entries) => entries.forEach(({ key, value }) => values.set(key, value)),
    close: async () => undefined,
  };
  const store = remote(await openStore('memory:'));
  await store.createProject({ name: 'p', branchName: 'main', actor: { user: '', app: '' } });
  const documents = Array.from({ length: 50 }, (_, i) => insert('c', { _id: i }));
  await written(store, MAIN, [[createCollection('c'), ...documents]]);
  await new Materializer(store).snapshot(MAIN);

  async function readAll(): Promise<number> {
    const shared = new SharedTier(cache);
    const materializer = new Materializer(store, { shared });
    const state = await materializer.current(MAIN);
    const refs = await state.collections.get('c')!.scan().next();
    const found = await materializer.documents(
      state,
      refs!.map(({ lsn }) => lsn),
    );
    await shared.idle();
    await materializer.close();
    return found.length;
  }

  assert.equal(await readAll(), 50);
  const asked = vi.spyOn(store, 'documents');
  assert.equal(await readAll(), 50);
  assert.equal(asked.mock.calls.length, 0);
});
