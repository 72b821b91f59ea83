import { expect, it } from 'vitest';
import { MemoryStore } from '../store/memory/index';
import { commitOf, deletion, insertion, replacement } from '../testing/drafts';
import { fork, newProject, push } from '../testing/fixture';
import { chainStats } from './log-stats';

it('counts what is on a chain of its own', async () => {
  const store = new MemoryStore();
  const { main } = await newProject(store);
  const [one] = await push(store, main.id, [
    commitOf(insertion({ _id: 1 }), insertion({ _id: 2 })),
    commitOf(insertion({ _id: 3 })),
  ]);
  const feature = await fork(store, main, 'feature');
  await push(
    store,
    feature.id,
    commitOf(replacement(one!.entries[0]!, { _id: 1, v: 2 }), deletion(one!.entries[1]!)),
  );
  const batches: number[] = [];
  const stats = await chainStats(store, main, { onProgress: (entries) => batches.push(entries) });
  const size = one!.entries[0]!.document!.length;
  expect(stats).toMatchObject({ commits: 2, entries: 3, documentBytes: 3 * size, head: 5 });
  expect([stats.first?.lsn, stats.last?.lsn]).toEqual([4, 5]);
  expect(batches).toEqual([3]);
  const own = await chainStats(store, feature);
  expect([...own.operations].map(([name, { entries }]) => [name, entries])).toEqual([
    ['update', 1],
    ['delete', 1],
  ]);
  expect([...own.collections.values()]).toMatchObject([{ entries: 2 }]);
});

it('has nothing to tell of a branch without commits, and stops when told to', async () => {
  const store = new MemoryStore();
  const { main } = await newProject(store);
  expect(await chainStats(store, main)).toMatchObject({ commits: 0, first: undefined, head: 2 });
  await push(store, main.id, commitOf(insertion({ _id: 1 })));
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(chainStats(store, main, { signal })).rejects.toThrow('enough');
});
