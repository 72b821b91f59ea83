import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { decodeDocument, idKey, toDoc } from '@argon/bson';
import { BranchNotFoundError, branchReset, type DraftEntry, NOBODY, type Store } from '@argon/wal';
import { MemoryStore } from '@argon/wal/memory';
import { beforeEach, describe, it, vi } from 'vitest';
import { DocumentMissingError, LsnOutOfRangeError, MomentOutOfRangeError } from './errors';
import { Materializer } from './materializer';
import { createCollection, insert, update } from './testing/entries';
import { remote } from './testing/remote';
import { written } from './testing/written';

const MAIN = 2;
let clock: number;
let store: Store;
let materializer: Materializer;

beforeEach(async () => {
  clock = 1_000;
  store = new MemoryStore({ now: () => clock });
  await store.createProject({ name: 'shop', branchName: 'main', actor: NOBODY });
  clock = 2_000;
  await written(store, MAIN, [
    [createCollection('c'), insert('c', { _id: 1, x: 'a' }), insert('c', { _id: 2, x: 'b' })],
  ]);
  materializer = new Materializer(store);
});

async function fork(parentId: number, baseLsn: number, name = `b${baseLsn}`): Promise<number> {
  return (await store.createBranch({ projectId: 1, name, parentId, baseLsn, actor: NOBODY })).id;
}

async function count(branchId: number, lsn?: number): Promise<number> {
  const state =
    lsn === undefined ? await materializer.current(branchId) : await materializer.stateAt(branchId, lsn);
  return state.collections.get('c')?.count ?? 0;
}

describe('reading the head', () => {
  it('answers at once when the store is embedded and nothing is new', async () => {
    await materializer.current(MAIN);
    const state = materializer.current(MAIN);
    assert.ok(!(state instanceof Promise));
    const ref = state.collections.get('c')!.byId(idKey(2));
    assert.ok(ref && !(ref instanceof Promise));
    const documents = materializer.documents(state, [ref.lsn]);
    assert.ok(!(documents instanceof Promise));
    assert.deepEqual(decodeDocument(documents[0]!), toDoc({ _id: 2, x: 'b' }));
  });

  it('sees what another process committed', async () => {
    await materializer.current(MAIN);
    await written(store, MAIN, [[insert('c', { _id: 3 })], [insert('c', { _id: 4 })]]);
    assert.equal(materializer.known(MAIN)!.collections.get('c')!.count, 2);
    assert.equal(await count(MAIN), 4);
    assert.equal(materializer.known(MAIN)!.lsn, 7);
  });

  it('advances by own commits, and catches up when others’ lie between', async () => {
    await materializer.current(MAIN);
    const own = await written(store, MAIN, [[insert('c', { _id: 3 })]]);
    const state = materializer.committed(MAIN, own);
    assert.ok(!(state instanceof Promise));
    assert.equal(state.lsn, 6);
    assert.equal(materializer.committed(MAIN, own), state, 'told twice');
    await written(store, MAIN, [[insert('c', { _id: 4 })]]);
    const later = await written(store, MAIN, [[insert('c', { _id: 5 })]]);
    assert.equal((await materializer.committed(MAIN, later)).collections.get('c')!.count, 5);
  });

  it('has own documents in the cache before anybody reads them', async () => {
    await materializer.current(MAIN);
    const state = await materializer.committed(MAIN, await written(store, MAIN, [[insert('c', { _id: 3 })]]));
    const documents = vi.spyOn(store, 'documents');
    await materializer.documents(state, [6]);
    assert.equal(documents.mock.calls.length, 0);
    assert.equal(materializer.stats().hits, 1);
  });

  it('keeps documents in the cache that are written again and again, rather than what they were', async () => {
    const reader = new Materializer(store, { cacheBytes: 40_000 });
    const heads: number[] = [];
    const write = async (entry: DraftEntry): Promise<number> => {
      const commits = await written(store, MAIN, [[entry]]);
      await reader.committed(MAIN, commits);
      return commits[0]!.lsn;
    };
    await reader.current(MAIN);
    for (let n = 0; n < 60; n++) heads[n] = await write(insert('c', { _id: 100 + n }));
    const records = [...heads];
    for (let round = 0; round < 8; round++) {
      for (let n = 0; n < 60; n++) {
        await reader.documents(await reader.current(MAIN), [heads[n]!]);
        heads[n] = await write(update('c', { _id: 100 + n, round }, records[n]!, heads[n]));
      }
      for (let n = 0; n < 20; n++) await write(insert('c', { _id: `${round} ${n}` }));
    }
    assert.equal(reader.stats().misses, 0);
    await reader.close();
  });

  it('counts documents that were in the cache and those that were not', async () => {
    const reader = new Materializer(store);
    const [commit] = await written(store, MAIN, [[insert('c', { _id: 3 }), insert('c', { _id: 4 })]]);
    const state = await reader.current(MAIN);
    const [one, other] = commit!.entries.map(({ lsn }) => lsn);
    const counts = (): number[] => [reader.stats().hits, reader.stats().misses, reader.stats().documents];
    assert.deepEqual(counts(), [0, 0, 0]);
    await reader.documents(state, [one!]);
    assert.deepEqual(counts(), [0, 1, 1]);
    await reader.documents(state, [one!, other!, one!]);
    assert.deepEqual(counts(), [2, 2, 2]);
    assert.ok(reader.stats().bytes > 0);
    await reader.close();
  });

  it('says that a branch does not exist', async () => {
    await assert.rejects(async () => materializer.current(99), BranchNotFoundError);
    await assert.rejects(materializer.stateAt(99, 1), BranchNotFoundError);
    await assert.rejects(materializer.lsnAtTime(99, 1), BranchNotFoundError);
  });

  it('works alike on a store that answers later, with one question for callers of one tick', async () => {
    const head = vi.spyOn(store, 'head');
    materializer = new Materializer(remote(store));
    await materializer.current(MAIN);
    head.mockClear();
    const states = await Promise.all(Array.from({ length: 50 }, () => materializer.current(MAIN)));
    assert.equal(head.mock.calls.length, 1);
    assert.equal(new Set(states).size, 1);
  });

  it('sees every commit acknowledged before the call, however calls and commits overlap', async () => {
    materializer = new Materializer(remote(store));
    let acknowledged = 2;
    const read = async () => {
      const before = acknowledged;
      assert.ok((await count(MAIN)) >= before);
    };
    const reads: Promise<void>[] = [];
    for (let i = 0; i < 50; i++) {
      reads.push(read(), read());
      const own = await written(store, MAIN, [[insert('c', { _id: `n${i}` })]]);
      acknowledged += 1;
      reads.push(read());
      if (i % 3 === 0) await setImmediate();
      if (i % 2 === 0) await materializer.committed(MAIN, own);
      reads.push(read());
    }
    await Promise.all(reads);
  });
});

describe('reading the past', () => {
  it('reads an LSN inside a commit as the boundary before it', async () => {
    await written(store, MAIN, [[insert('c', { _id: 3 }), insert('c', { _id: 4 })]]);
    assert.deepEqual(
      await Promise.all([2, 3, 4, 5, 6, 7].map((lsn) => count(MAIN, lsn))),
      [0, 0, 0, 2, 2, 4],
    );
    assert.equal((await materializer.stateAt(MAIN, 6)).lsn, 5);
  });

  it('refuses an LSN past the head or before the project, and names the range', async () => {
    const branch = await fork(MAIN, 5);
    for (const [id, lsn] of [
      [MAIN, 6],
      [MAIN, 1],
      [branch, 1],
      [branch, 6],
      [MAIN, 4.5],
      [MAIN, -1],
      [MAIN, NaN],
    ] as const) {
      await assert.rejects(materializer.stateAt(id, lsn), (error: unknown) => {
        assert.ok(error instanceof LsnOutOfRangeError, String(error));
        assert.deepEqual([error.data.from, error.data.to], [2, 5]);
        return true;
      });
    }
  });

  it('shows on a branch what its parent showed before the fork, whatever the parent did since', async () => {
    const branch = await fork(MAIN, 5);
    await written(store, MAIN, [[insert('c', { _id: 3 })]]);
    await written(store, branch, [[insert('c', { _id: 4 }), insert('c', { _id: 5 })]]);
    assert.deepEqual(
      [await count(MAIN), await count(branch), await count(branch, 5), await count(branch, 2)],
      [3, 4, 2, 0],
    );
    const [child, parent] = [await materializer.stateAt(branch, 5), await materializer.stateAt(MAIN, 5)];
    assert.equal(child.collections.get('c'), parent.collections.get('c'), 'nothing is copied');
    assert.equal(child.branchId, branch);
  });

  it('goes back on a reset, keeps what it hid, and goes on from there', async () => {
    await written(store, MAIN, [[insert('c', { _id: 3 })], [update('c', { _id: 1, x: 'z' }, 4)]]);
    await materializer.current(MAIN);
    const reset = await written(store, MAIN, [branchReset(5, NOBODY).entries], { resetTo: 5 });
    assert.equal((await materializer.committed(MAIN, reset)).collections.get('c')!.count, 2);
    await written(store, MAIN, [[insert('c', { _id: 9 })]]);
    for (const each of [materializer, new Materializer(store)]) {
      materializer = each;
      assert.deepEqual(await Promise.all([9, 8, 7, 6, 5].map((lsn) => count(MAIN, lsn))), [3, 2, 3, 3, 2]);
      const { timeline } = await materializer.current(MAIN);
      assert.deepEqual(timeline.segments, [
        { branchId: MAIN, from: 0, to: 5 },
        { branchId: MAIN, from: 8, to: 9 },
      ]);
    }
  });

  it('maps a time to the last commit at or before it, on the parent before the fork', async () => {
    clock = 3_000;
    const branch = await fork(MAIN, 5);
    clock = 4_000;
    await written(store, MAIN, [[insert('c', { _id: 3 })]]);
    clock = 5_000;
    await written(store, branch, [[insert('c', { _id: 4 })]]);
    const on = (id: number, times: number[]) =>
      Promise.all(times.map((time) => materializer.lsnAtTime(id, time)));
    assert.deepEqual(await on(MAIN, [1_000, 1_999, 2_000, 3_999, 4_000, 1e12]), [2, 2, 5, 5, 7, 7]);
    assert.deepEqual(await on(branch, [1_000, 2_000, 4_500, 5_000]), [2, 5, 5, 8]);
    await assert.rejects(materializer.lsnAtTime(branch, 999), MomentOutOfRangeError);
  });

  it('replays from a state near by, not from the beginning', async () => {
    await written(
      store,
      MAIN,
      Array.from({ length: 500 }, (_, i) => [insert('c', { _id: `n${i}` })]),
    );
    await materializer.current(MAIN);
    await written(store, MAIN, [[insert('c', { _id: 'last' })]]);
    const { lsn } = await materializer.current(MAIN);
    const read: number[] = [];
    const commits = store.commits.bind(store);
    vi.spyOn(store, 'commits').mockImplementation(
      (id, range) => (read.push(lsn - range.after), commits(id, range)),
    );
    await count(MAIN, lsn - 1);
    assert.ok(Math.max(0, ...read) <= 16, `replayed from ${read} LSNs behind the head`);
  });
});

describe('memory', () => {
  it('lets go of what goes unused, and of the states of the oldest of many branches', async () => {
    materializer = new Materializer(store, { maxStates: 20, maxPasts: 10 });
    for (let i = 0; i < 100; i++) await materializer.current(await fork(MAIN, 5, `f${i}`));
    assert.ok(materializer.stats().states <= 30, `${materializer.stats().states} states`);
    for (let i = 0; i < 4; i++) materializer.sweep();
    assert.equal(materializer.stats().states, 0);
    assert.equal(await count(MAIN), 2);
  });

  it('ages by itself', async () => {
    vi.useFakeTimers();
    try {
      materializer = new Materializer(store, { maxIdle: 60_000 });
      await materializer.current(MAIN);
      vi.advanceTimersByTime(59_000);
      assert.ok(materializer.known(MAIN));
      vi.advanceTimersByTime(61_000);
      assert.equal(materializer.stats().states, 0);
      await materializer.close();
      assert.equal(vi.getTimerCount(), 0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('reads collections larger than the cache', async () => {
    await written(store, MAIN, [
      Array.from({ length: 300 }, (_, i) => insert('c', { _id: `n${i}`, pad: 'x'.repeat(1_000) })),
    ]);
    materializer = new Materializer(store, { cacheBytes: 50_000 });
    const state = await materializer.current(MAIN);
    const refs = (await state.collections.get('c')!.scan({ batchSize: 1_000 }).next())!;
    const documents = await materializer.documents(
      state,
      refs.map(({ lsn }) => lsn),
    );
    assert.equal(new Set(documents.map((document) => decodeDocument(document).get('_id'))).size, 302);
    assert.ok(materializer.stats().bytes <= 50_000);
  });
});

describe('a damaged log', () => {
  it('is reported, not read around', async () => {
    const state = await materializer.current(MAIN);
    await assert.rejects(async () => materializer.documents(state, [3_000]), DocumentMissingError);
    vi.spyOn(store, 'documents').mockImplementation((_, lsns) => lsns.map(() => undefined));
    await assert.rejects(async () => materializer.documents(state, [4, 5]), DocumentMissingError);
  });
});
