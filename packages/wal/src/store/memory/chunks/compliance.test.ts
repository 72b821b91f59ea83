import { describe, expect, it } from 'vitest';
import { storePartsCompliance } from '../../../testing/parts';
import { MemoryStore } from '../memory-store';

storePartsCompliance(
  'memory',
  { multiProcess: false },
  async () => ({
    open: async (now) => new MemoryStore(now ? { now } : {}),
    remove: async () => {},
  }),
  { describe, it },
);

it('is closed with its store', async () => {
  const store = new MemoryStore();
  await store.close();
  expect(() => store.chunks.get([])).toThrow(/is closed/);
  await expect(store.chunks.put([])).rejects.toThrow(/is closed/);
  expect(() => store.snapshots.list()).toThrow(/is closed/);
});
