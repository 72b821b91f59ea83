import assert from 'node:assert/strict';
import { verifyStore } from '@argon/wal';
import { describe, it } from 'vitest';
import { checkRetained } from '../compaction/testing/check-retained';
import { compactionStores } from '../compaction/testing/stores';
import { Materializer } from '../materializer';
import { evenMatcher, headOf, History, randomActions, withoutSnapshots } from '../testing/index';
import { Random } from '../testing/random';
import { runProgram } from '../testing/run-program';

const SNAPSHOTTER = new URL('./testing/snapshotter.ts', import.meta.url);
const OPTIONS = { partialMatcher: evenMatcher, snapshots: false, warm: false } as const;

for (const { kind, open, kills } of await compactionStores()) {
  if (kills === 0) continue;
  describe.skipIf(open === undefined)(`snapshots by processes on the ${kind} store`, () => {
    it('lose nothing when two that take the same ones are killed at any moment', async () => {
      const { writer: store, address, dispose } = await open!();
      try {
        const random = new Random(29);
        let ended = 0;
        for (let round = 0; round < kills; round++) {
          const history = await History.begin(store, `p${round}`);
          const { projectId } = (await store.branchById(history.branches[0]!.id))!;
          for (const action of randomActions(300 + round, 100)) await history.play(action);
          const longest = kind === 'lmdb' ? 250 : 800;
          const two = [0, 1].map(() =>
            runProgram(SNAPSHOTTER, [address, projectId, 50], 5 + random.below(longest)),
          );
          for (const isDone of await Promise.all(two)) if (isDone) ended += 1;
          await check(history);
          // What the killed ones left is no hindrance to the next.
          await runProgram(SNAPSHOTTER, [address, projectId, 1]);
          await check(history);
          for (const { id } of history.live) assert.ok((await store.snapshots.list(id)).length > 0);
        }
        assert.ok(ended < 2 * kills, 'some were killed before their end');

        async function check(history: History): Promise<void> {
          const first = history.branches[0]!.states[0]!.lsn;
          const materializers = [
            new Materializer(store, OPTIONS),
            new Materializer(withoutSnapshots(store), OPTIONS),
          ];
          for (const branch of history.live) {
            const span = headOf(branch).lsn - first + 1;
            const lsns = Array.from({ length: 6 }, () => first + random.below(span));
            await checkRetained(store, materializers, branch, [...lsns, headOf(branch).lsn]);
          }
          assert.deepEqual((await verifyStore(store)).problems, []);
        }
      } finally {
        await dispose();
      }
    }, 300_000);
  });
}
