import assert from 'node:assert/strict';
import { retentionOf, verifyStore, type Store } from '@argon/wal';
import { describe, it } from 'vitest';
import { Materializer } from '../materializer';
import {
  evenMatcher,
  headOf,
  History,
  randomActions,
  withoutSnapshots,
  written,
  controlEntry,
} from '../testing/index';
import { Random } from '../testing/random';
import { checkRetained } from './testing/check-retained';
import { runCompactor } from './testing/run-compactor';
import { compactionStores } from './testing/stores';

const OPTIONS = { partialMatcher: evenMatcher, snapshots: false } as const;

async function checkAll(store: Store, history: History, random: Random): Promise<void> {
  await history.synchronize();
  const materializers = [
    new Materializer(store, OPTIONS),
    new Materializer(withoutSnapshots(store), OPTIONS),
  ];
  const first = history.branches[0]!.states[0]!.lsn;
  for (const branch of history.live) {
    const span = headOf(branch).lsn - first + 1;
    const lsns = Array.from({ length: 6 }, () => first + random.below(span));
    await checkRetained(store, materializers, branch, [...lsns, headOf(branch).lsn]);
  }
  assert.deepEqual((await verifyStore(store)).problems, []);
}

async function played(
  store: Store,
  seed: number,
  actions: number,
): Promise<{ history: History; projectId: number }> {
  const history = await History.begin(store, `p${seed}`);
  for (const action of randomActions(seed, actions)) await history.play(action);
  const main = history.branches[0]!;
  const { projectId } = (await store.branchById(main.id))!;
  if (history.live.includes(main)) {
    const pinned = main.states[main.states.length >> 2]!.lsn;
    const note = [[controlEntry('modify_branch', '', {})]];
    await written(store, main.id, note, { pin: { name: 'pinned', lsn: pinned } });
    await history.synchronize();
  }
  return { history, projectId };
}

for (const { kind, open, kills } of await compactionStores()) {
  if (kills === 0) continue;
  describe.skipIf(open === undefined)(`compaction by processes on the ${kind} store`, () => {
    it('loses nothing that is kept when it is killed at any moment', async () => {
      const { writer: store, address, dispose } = await open!();
      try {
        const random = new Random(17);
        let ended = 0;
        for (let round = 0; round < kills; round++) {
          const { history, projectId } = await played(store, 100 + round, 220);
          const since = Math.floor(headOf(history.branches[0]!).lsn * 0.9);
          const argv = [address, projectId, since, 0];
          for (let times = 0; times < 3; times++) {
            if (await runCompactor(argv, 20 + random.below(kind === 'lmdb' ? 250 : 800))) ended += 1;
            await checkAll(store, history, random);
          }
          await runCompactor(argv);
          await checkAll(store, history, random);
          for (const branch of await store.branches(projectId)) {
            const { horizon, compacted } = retentionOf(branch);
            assert.equal(compacted, horizon);
          }
        }
        assert.ok(ended < 3 * kills, 'some were killed before their end');
      } finally {
        await dispose();
      }
    });

    it('disturbs nobody who reads and writes meanwhile', async () => {
      const { writer: store, address, dispose } = await open!();
      try {
        const random = new Random(23);
        const { history, projectId } = await played(store, 7, 200);
        const materializer = new Materializer(store, { ...OPTIONS, cacheBytes: 1 << 14, maxPasts: 4 });
        const since = Math.floor(headOf(history.branches[0]!).lsn * 0.8);
        let isDone = false;
        const compaction = runCompactor([address, projectId, since, 3_600_000]).then(() => (isDone = true));
        let reads = 0;
        while (!isDone) {
          const branch = history.live[random.below(history.live.length)]!;
          const known = headOf(branch).lsn;
          // What is at or after every horizon there will be.
          const lsn = Math.min(known, Math.max(since, branch.states[0]!.lsn) + random.below(50));
          if (branch.states[0]!.lsn <= lsn) await checkRetained(store, [materializer], branch, [lsn]);
          const state = await materializer.current(branch.id);
          assert.ok(state.lsn >= known);
          // The compaction may take the head first; then nothing was written.
          await written(store, branch.id, [[controlEntry('modify_branch', '', {})]]).catch(() => undefined);
          await history.synchronize();
          reads += 1;
        }
        await compaction;
        assert.ok(reads > 3, `${reads} reads`);
        await checkAll(store, history, random);
      } finally {
        await dispose();
      }
    });
  });
}
