import assert from 'node:assert/strict';
import { openStore, type ChunkHash, type Store } from '@argon/wal';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { Materializer } from '../materializer';
import { evenMatcher, headOf, History, observe, plain, randomActions } from '../testing/index';
import { Random } from '../testing/random';
import type { VerifyStatesReport } from './contract';

const OPTIONS = { partialMatcher: evenMatcher };
const SNAPSHOTS = { snapshots: { entries: 4, maxEntries: 9, idleEntries: 2, idle: 1 } };

/** A project with a random history and snapshots of it, some of them taken below others that went. */
async function played(store: Store, seed: number, count: number): Promise<History> {
  const writer = new Materializer(store, { ...OPTIONS, ...SNAPSHOTS });
  const history = await History.begin(store, 'p', (branch, commits) => writer.committed(branch, commits));
  const random = new Random(seed);
  for (const action of randomActions(seed, count)) {
    await history.play(action);
    const branch = random.pick(history.live);
    if (random.once(4)) await writer.snapshot(branch.id);
  }
  await writer.snapshot(history.live[0]!.id);
  await writer.close();
  return history;
}

async function verified(store: Store, options = {}): Promise<VerifyStatesReport> {
  const materializer = new Materializer(store, OPTIONS);
  const report = await materializer.verify(options);
  await materializer.close();
  return report;
}

async function chunksOf(store: Store): Promise<ChunkHash[]> {
  const hashes: ChunkHash[] = [];
  for await (const batch of store.chunks.list()) hashes.push(...batch.map(({ hash }) => hash));
  return hashes.sort();
}

/** Harms one thing in a way that leaves a store that can be opened; says what. */
async function damage(store: Store, random: Random): Promise<string> {
  const snapshots = await store.snapshots.list();
  // What a branch that is gone showed, nobody reads any more.
  const gone = new Set<number>();
  for (const { branchId } of snapshots) {
    if ((await store.branchById(branchId))?.status !== 'active') gone.add(branchId);
  }
  const snapshot = random.pick(snapshots.filter(({ branchId }) => !gone.has(branchId)));
  const hash = random.pick(await chunksOf(store));
  switch (random.below(4)) {
    case 0: {
      const [bytes] = await store.chunks.get([hash]);
      const changed = Buffer.from(bytes!);
      const at = random.below(changed.length);
      changed[at] = changed[at]! ^ (1 << random.below(8));
      await store.chunks.remove([hash], Infinity);
      await store.chunks.put([{ hash, bytes: changed }]);
      return `bit of byte ${at} of chunk ${hash} flipped`;
    }
    case 1:
      await store.chunks.remove([snapshot.root], Infinity);
      return `manifest ${snapshot.root} removed`;
    case 2: {
      const others = snapshots.filter(({ root }) => root !== snapshot.root);
      if (others.length === 0) return damage(store, random);
      // Of other branches and moments, with the same content or not.
      await store.snapshots.put({ ...snapshot, root: random.pick(others).root });
      return `snapshot ${snapshot.branchId}@${snapshot.lsn} given another root`;
    }
    default:
      await store.snapshots.put({ ...snapshot, timestamp: snapshot.timestamp - 1 });
      return `snapshot ${snapshot.branchId}@${snapshot.lsn} given another time`;
  }
}

async function headsAreRight(store: Store, history: History): Promise<void> {
  const reader = new Materializer(store, OPTIONS);
  for (const branch of history.live) {
    const state = await reader.current(branch.id);
    assert.deepEqual(plain(await observe(reader, state)), plain(headOf(branch)));
  }
  await reader.close();
}

describe('verify', () => {
  it('finds nothing wrong with any history', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 5, max: 60 }), async (seed, count) => {
        const store = await openStore('memory:');
        await played(store, seed, count);
        const before = await chunksOf(store);
        const { problems, snapshots, chunks, repair } = await verified(store);
        assert.deepEqual(problems, []);
        assert.equal(snapshots, (await store.snapshots.list()).length);
        assert.equal(chunks, before.length);
        assert.equal(repair, null);
        assert.deepEqual(await chunksOf(store), before, 'changes nothing');
      }),
      { numRuns: 20 },
    );
  });

  it('finds every harm done to derived data, and mends it', async () => {
    let harmless = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 5, max: 60 }), async (seed, count) => {
        const store = await openStore('memory:');
        const history = await played(store, seed, count);
        const before = (await store.snapshots.list()).map((each) => `${each.root}`);
        const what = await damage(store, new Random(seed + 1));
        const { problems } = await verified(store);
        if (problems.length === 0) {
          // A snapshot that is named for another with the same documents shows the right thing.
          assert.match(what, /another root/);
          await headsAreRight(store, history);
          harmless += 1;
          return;
        }
        assert.ok(
          problems.every(({ kind }) => kind !== 'log'),
          JSON.stringify(problems),
        );
        const { repair } = await verified(store, { repair: true });
        assert.deepEqual(repair!.failed, []);
        assert.deepEqual((await verified(store)).problems, [], `mended after: ${what}`);
        await headsAreRight(store, history);
        assert.ok(before.length > 0);
      }),
      { numRuns: 60 },
    );
    assert.ok(harmless < 30, `${harmless} harmless`);
  });
});
