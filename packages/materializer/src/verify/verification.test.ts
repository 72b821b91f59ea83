import { chunkHash, openStore, type Commit, type Store } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Materializer } from '../materializer';
import { createCollection, createIndex, insert, remove, update } from '../testing/entries';
import { written } from '../testing/written';
import type { StateProblem } from './contract';

const MAIN = 2;
const INDEX = { v: 2, key: { x: 1 }, name: 'x_1' };

let store: Store;

/** 600 documents whose records are LSNs 5 … 604, an index, and a snapshot at LSN 607, behind which one more changes. */
beforeEach(async () => {
  store = await openStore('memory:');
  await store.createProject({ name: 'p', branchName: 'main', actor: { user: '', app: '' } });
  const documents = Array.from({ length: 600 }, (_, i) => insert('c', { _id: i, x: i % 10 }));
  await written(store, MAIN, [[createCollection('c'), createIndex('c', INDEX), ...documents]]);
  await written(store, MAIN, [
    [update('c', { _id: 0, x: 1 }, 5)],
    [update('c', { _id: 0, x: 2 }, 5, 605)],
    [remove('c', { _id: 1 }, 6)],
  ]);
  await new Materializer(store).snapshot(MAIN);
  await written(store, MAIN, [[update('c', { _id: 0, x: 3 }, 5, 606)]]);
});
afterEach(() => store.close());

async function problemsOf(of: Store = store, options = {}): Promise<readonly StateProblem[]> {
  return (await new Materializer(of).verify(options)).problems;
}

/** The store, as if its log held other commits. */
function tampered(change: (commit: Commit) => Commit): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'commits') {
        return async function* (...parameters: Parameters<Store['commits']>) {
          for await (const batch of target.commits(...parameters)) yield batch.map(change);
        };
      }
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** The chunks by size, the largest first. */
async function chunks(): Promise<string[]> {
  const all: { hash: string; size: number }[] = [];
  for await (const batch of store.chunks.list()) all.push(...batch);
  return all.sort((a, b) => b.size - a.size).map(({ hash }) => hash);
}

describe('verify', () => {
  it('counts what it checked', async () => {
    const progress: number[] = [];
    const onProgress = ({ commits }: { commits: number }): void => void progress.push(commits);
    const report = await new Materializer(store).verify({ onProgress });
    expect(report).toMatchObject({ snapshots: 1, commits: 5, indexes: 2, problems: [], repair: null });
    expect(report.chunks).toBe((await chunks()).length);
    expect(report.chunkBytes).toBeGreaterThan(1_000);
    expect(progress.at(-1)).toBe(5);
  });

  it.each([
    ['an update that names another version', 606, { prevLsn: 5 }, /names 5 .* which is 605/],
    ['a change of a record that is gone', 608, { recordLsn: 6, prevLsn: 607 }, /record 6/],
  ])('finds %s', async (_, lsn, change, problem) => {
    const of = tampered((commit) =>
      commit.lsn === lsn ? { ...commit, entries: [{ ...commit.entries[0]!, ...change }] } : commit,
    );
    expect(await problemsOf(of)).toContainEqual({
      kind: 'log',
      branchId: MAIN,
      lsn,
      problem: expect.stringMatching(problem) as string,
    });
  });

  it('finds a snapshot that shows something else than the log, and what it is', async () => {
    const of = tampered((commit) =>
      commit.lsn === 607
        ? {
            ...commit,
            entries: [{ ...commit.entries[0]!, documentId: 2, recordLsn: 7, prevLsn: 7 }],
          }
        : commit,
    );
    expect((await problemsOf(of))[0]).toMatchObject({
      kind: 'snapshot',
      lsn: 607,
      problem: "collection 'c' holds other documents than the log says",
    });
  });

  it('names the chunk that is damaged and the snapshot that needs it; mends both', async () => {
    const [largest] = await chunks();
    const [bytes] = await store.chunks.get([largest!]);
    const changed = Buffer.from(bytes!);
    changed[20]! ^= 1;
    await store.chunks.remove([largest!], Infinity);
    await store.chunks.put([{ hash: largest!, bytes: changed }]);
    const materializer = new Materializer(store);
    const { problems, repair } = await materializer.verify({ repair: true });
    expect(problems).toMatchObject([
      { kind: 'snapshot', branchId: MAIN, lsn: 607 },
      { kind: 'chunk', branchId: 0 },
    ]);
    for (const { problem } of problems) expect(problem).toContain(largest);
    expect(repair).toEqual({ snapshotsDropped: 1, chunksRemoved: 1, snapshotsTaken: 1, failed: [] });
    expect(await problemsOf()).toEqual([]);
    expect((await store.snapshots.list()).map(({ lsn }) => lsn)).toEqual([608]);
  });

  it('finds a chunk that nothing needs and that is damaged', async () => {
    await store.chunks.put([{ hash: chunkHash(Buffer.from('one')), bytes: Buffer.from('another') }]);
    const [only, ...others] = await problemsOf();
    expect(only).toMatchObject({ kind: 'chunk', branchId: 0, lsn: 0 });
    expect(only!.problem).toContain('not those that were put');
    expect(others).toEqual([]);
  });

  it('tells of a branch that cannot be replayed, and repairs nothing of it', async () => {
    const [snapshot] = await store.snapshots.list();
    await store.chunks.remove([snapshot!.root], Infinity);
    const of = tampered((commit) =>
      commit.lsn === 605
        ? { ...commit, entries: [{ ...commit.entries[0]!, collection: 'nowhere' }] }
        : commit,
    );
    const { problems, repair } = await new Materializer(of).verify({ repair: true });
    expect(problems.map(({ kind }) => kind)).toEqual(['snapshot', 'log', 'log']);
    expect(repair).toMatchObject({ snapshotsDropped: 1, snapshotsTaken: 0 });
    expect(repair!.failed[0]!.problem).toContain("collection 'nowhere' does not exist");
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    await expect(problemsOf(store, { signal: stop.signal })).rejects.toThrow('enough');
  });
});
