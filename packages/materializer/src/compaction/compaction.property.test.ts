import assert from 'node:assert/strict';
import { isRetained, retentionOf, verifyStore, type Store } from '@argon/wal';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { Materializer } from '../materializer';
import {
  controlEntry,
  evenMatcher,
  headOf,
  History,
  randomActions,
  withoutSnapshots,
  written,
} from '../testing/index';
import { Random } from '../testing/random';
import { checkRetained } from './testing/check-retained';
import { compactionStores, type CompactionStore } from './testing/stores';

const OPTIONS = { cacheBytes: 1 << 14, maxStates: 5, maxPasts: 4, partialMatcher: evenMatcher };
const SNAPSHOTS = { snapshots: { entries: 4, maxEntries: 9, idleEntries: 2, idle: 1 } };
/** Later than anything that is written, so that what is there is old enough to go. */
const LATER = Date.now() + 1e9;

/** Forks and resets to what is gone are refused, and change nothing. */
async function played(history: History, action: Parameters<History['play']>[0]): Promise<void> {
  try {
    await history.play(action);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ARGON_WAL_LSN_BELOW_HORIZON') throw error;
  }
}

async function compactAtRandom(
  store: Store,
  materializer: Materializer,
  history: History,
  random: Random,
): Promise<void> {
  const branch = history.live[random.below(history.live.length)]!;
  const record = (await store.branchById(branch.id))!;
  const { horizon, pins } = retentionOf(record);
  const start = Math.max(horizon, record.startLsn);
  const somewhere = () => start + random.below(headOf(branch).lsn - start + 1);
  if (random.once(2)) {
    const lsn = (await store.commitAtOrBefore(branch.id, { lsn: somewhere() }))?.lsn ?? record.startLsn;
    const note = [[controlEntry('modify_branch', '', {})]];
    if (isRetained(record, lsn)) {
      await written(store, branch.id, note, { pin: { name: `p${random.below(1e9)}`, lsn } });
    }
    if (pins.length > 0 && random.once(2)) await written(store, branch.id, note, { unpin: pins[0]!.name });
    await history.synchronize();
  }
  const target = random.once(3) ? { projectId: record.projectId } : { branchId: branch.id };
  const options = { keep: { sinceLsn: somewhere() }, now: () => LATER, grace: 0, stepEntries: 3 };
  if (random.once(3)) {
    const abort = new AbortController();
    let steps = random.below(4);
    const onProgress = () => {
      if (steps-- === 0) abort.abort();
    };
    await materializer.compact(target, { ...options, signal: abort.signal, onProgress });
  } else {
    const isUnfinished = (await store.branches(record.projectId)).some((each) => {
      const { horizon: set, compacted } = retentionOf(each);
      return compacted < set;
    });
    const dry = await materializer.compact(target, { ...options, dryRun: true });
    const real = await materializer.compact(target, options);
    if (!isUnfinished) assert.deepEqual(real, dry, 'as the dry run said');
  }
  await history.synchronize();
}

async function compactedIsSame(
  { writer, reader }: CompactionStore,
  name: string,
  seed: number,
  count: number,
): Promise<void> {
  const random = new Random(seed ^ 0x5bd1e995);
  const incremental = new Materializer(writer, { ...OPTIONS, snapshots: false });
  let snapshotting = new Materializer(writer, { ...OPTIONS, ...SNAPSHOTS });
  const follower = new Materializer(reader, { ...OPTIONS, snapshots: false });
  const history = await History.begin(writer, name, async (id, commits) => {
    await incremental.committed(id, commits);
    await snapshotting.committed(id, commits);
  });
  for (const [i, action] of randomActions(seed, count).entries()) {
    await played(history, action);
    const branch = history.live[(seed + i) % history.live.length]!;
    if (i % 8 === seed % 8) await snapshotting.snapshot(branch.id);
    if (i % 10 === 9) {
      // With no grace, nobody must be about to put a snapshot down.
      await snapshotting.close();
      assert.equal(snapshotting.stats().snapshots.failed, 0);
      await compactAtRandom(writer, snapshotting, history, random);
      snapshotting = new Materializer(writer, { ...OPTIONS, ...SNAPSHOTS });
      for (const other of [incremental, follower]) await other.checkHorizons();
      const lsns = Array.from({ length: 3 }, () => 3 + random.below(headOf(branch).lsn - 2)).filter(
        (lsn) => lsn >= history.branches[0]!.states[0]!.lsn,
      );
      await checkRetained(writer, [incremental, snapshotting, follower], branch, lsns);
    }
    await checkRetained(writer, [incremental, snapshotting], branch, [headOf(branch).lsn]);
    if (i % 3 === 0) await checkRetained(writer, [follower], branch, [headOf(branch).lsn]);
  }
  await snapshotting.close();
  assert.equal(snapshotting.stats().snapshots.failed, 0);
  const first = history.branches[0]!.states[0]!.lsn;
  const fresh = () => [
    new Materializer(reader, { ...OPTIONS, snapshots: false }),
    new Materializer(withoutSnapshots(reader), { ...OPTIONS, snapshots: false }),
  ];
  for (const branch of history.live) {
    const span = headOf(branch).lsn - first + 1;
    const lsns = Array.from({ length: Math.min(8, span) }, () => first + random.below(span));
    await checkRetained(
      writer,
      [incremental, follower, ...fresh()],
      branch,
      [...lsns, headOf(branch).lsn].sort((a, b) => ((a * 7919) % 101) - ((b * 7919) % 101)),
    );
  }
  assert.deepEqual((await verifyStore(reader)).problems, []);
}

for (const { kind, runs, actions, open } of await compactionStores()) {
  describe.skipIf(open === undefined)(`compaction on the ${kind} store`, () => {
    let stores: CompactionStore;
    let histories = 0;

    beforeAll(async () => {
      stores = await open!();
    });
    afterAll(() => stores?.dispose());

    it('changes no state that is kept', { timeout: 180_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0 }),
          fc.integer({ min: 5, max: actions }),
          async (seed, count) => {
            await compactedIsSame(stores, `p${(histories += 1)}`, seed, count);
          },
        ),
        { numRuns: runs },
      );
    });

    it('leaves nothing that a verification objects to', { timeout: 180_000 }, async () => {
      const { problems, snapshots } = await new Materializer(stores.reader, OPTIONS).verify();
      assert.deepEqual(problems, []);
      assert.ok(snapshots > 0);
    });
  });
}
