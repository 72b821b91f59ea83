import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongodOrSkip } from '@argon/tools-mongod';
import { openStore, type Lsn, type Store } from '@argon/wal';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { Materializer } from './materializer';
import {
  checkIndexes,
  evenMatcher,
  headOf,
  History,
  observe,
  plain,
  randomActions,
  shownAt,
  withoutSnapshots,
  type NaiveBranch,
  type NaiveState,
} from './testing/index';

// Small enough that everything is thrown out and computed again, over and over.
const OPTIONS = { cacheBytes: 1 << 14, maxStates: 5, maxPasts: 4, partialMatcher: evenMatcher };

const SNAPSHOTS = {
  nodeCacheBytes: 1 << 12,
  snapshots: { entries: 4, maxEntries: 9, idleEntries: 2, idle: 1 },
};

interface Stores {
  /** Where the history is written. */
  readonly writer: Store;
  /** As another process has it open; the same object where a store can be open once per process. */
  readonly reader: Store;
}

/** What is asked for of a finished history: moments of all branches, in no order that follows the log. */
function moments(history: History, seed: number): { branch: NaiveBranch; lsn: Lsn }[] {
  const first = history.branches[0]!.states[0]!.lsn;
  const all = history.branches.flatMap((branch) =>
    Array.from({ length: headOf(branch).lsn - first + 1 }, (_, i) => ({ branch, lsn: first + i })),
  );
  const rank = ({ branch, lsn }: (typeof all)[number]) => (lsn * 7919 + branch.id * 104_729 + seed) % 1_009;
  return all.sort((a, b) => rank(a) - rank(b));
}

async function same(
  materializer: Materializer,
  branch: NaiveBranch,
  expected: NaiveState,
  lsn?: Lsn,
): Promise<void> {
  const state = await (lsn === undefined
    ? materializer.current(branch.id)
    : materializer.stateAt(branch.id, lsn));
  assert.equal(state.branchId, branch.id);
  assert.deepEqual(
    plain(await observe(materializer, state)),
    plain(expected),
    `branch ${branch.id} at LSN ${lsn}`,
  );
  await checkIndexes(materializer, state);
}

async function sameAsModel(
  { writer, reader }: Stores,
  name: string,
  seed: number,
  count: number,
): Promise<void> {
  // Two are told of commits and advance by them, as a writer's is, one of them with snapshots; one catches up; the rest
  // start from zero or from what snapshots there are.
  const incremental = new Materializer(writer, { ...OPTIONS, snapshots: false });
  const snapshotting = new Materializer(writer, { ...OPTIONS, ...SNAPSHOTS });
  const follower = new Materializer(reader, { ...OPTIONS, snapshots: false });
  const history = await History.begin(writer, name, async (id, commits) => {
    await incremental.committed(id, commits);
    await snapshotting.committed(id, commits);
  });
  for (const [i, action] of randomActions(seed, count).entries()) {
    await history.play(action);
    const branch = history.branches[(seed + i) % history.branches.length]!;
    await same(incremental, branch, headOf(branch));
    await same(snapshotting, branch, headOf(branch));
    if (i % 5 === seed % 5) {
      assert.equal((await snapshotting.snapshot(branch.id)).lsn, headOf(branch).lsn);
      await same(snapshotting, branch, headOf(branch));
    }
    if (i % 2 === 0) await same(follower, branch, headOf(branch));
  }
  await snapshotting.close();
  assert.equal(snapshotting.stats().snapshots.failed, 0);
  for (const { branch, lsn } of moments(history, seed).slice(0, 30)) {
    for (const materializer of [
      incremental,
      follower,
      snapshotting,
      new Materializer(reader, { ...OPTIONS, cacheBytes: 0, nodeCacheBytes: 0, snapshots: false }),
      new Materializer(withoutSnapshots(reader), { ...OPTIONS, snapshots: false }),
    ]) {
      await same(materializer, branch, shownAt(branch, lsn)!, lsn);
      materializer.sweep();
    }
  }
}

const mongod = await mongodOrSkip();

const STORES = [
  { kind: 'memory', runs: 25, actions: 50, address: async () => 'memory:' },
  { kind: 'lmdb', runs: 8, actions: 40, address: async () => `lmdb:${join(await folder(), 'store')}` },
  { kind: 'mongodb', runs: 3, actions: 20, address: async () => databaseOf(mongod!.uri) },
];

const folders: string[] = [];
async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'argon-materializer-'));
  folders.push(path);
  return path;
}

function databaseOf(uri: string): string {
  const url = new URL(uri);
  url.pathname = `/argon_materializer_${process.pid}_${Date.now()}`;
  return url.href;
}

for (const { kind, runs, actions, address } of STORES) {
  describe.skipIf(kind === 'mongodb' && !mongod)(`on the ${kind} store`, () => {
    let stores: Stores;
    let histories = 0;

    beforeAll(async () => {
      const where = await address();
      const writer = await openStore(where);
      stores = { writer, reader: kind === 'mongodb' ? await openStore(where) : writer };
    });

    afterAll(async () => {
      await stores.reader.close();
      await stores.writer.close();
      await Promise.all(folders.splice(0).map((path) => rm(path, { recursive: true })));
    });

    it(
      'a state equals the naive model, at every LSN of every branch, however it is computed',
      { timeout: 180_000 },
      async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.integer({ min: 0 }),
            fc.integer({ min: 1, max: actions }),
            async (seed, count) => {
              await sameAsModel(stores, `p${(histories += 1)}`, seed, count);
            },
          ),
          { numRuns: runs },
        );
      },
    );
  });
}
