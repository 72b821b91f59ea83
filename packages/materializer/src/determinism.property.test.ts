import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Lsn, Store } from '@argon/wal';
import { MemoryStore } from '@argon/wal/memory';
import { describe, it } from 'vitest';
import { Materializer } from './materializer';
import { checkIndexes, evenMatcher, History, observe, plain, randomActions, shownAt } from './testing/index';

const OPTIONS = { cacheBytes: 1 << 20, maxStates: 5, maxPasts: 4, partialMatcher: evenMatcher };

/** Every LSN a branch can be asked for, its ancestors' included. */
function lsnsOf(history: History, branch: History['branches'][number]): Lsn[] {
  const first = history.branches[0]!.states[0]!.lsn;
  const last = branch.states[branch.states.length - 1]!.lsn;
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

async function check(
  materializer: Materializer,
  history: History,
  branch: History['branches'][number],
  lsn: Lsn,
) {
  const state = await materializer.stateAt(branch.id, lsn);
  assert.equal(state.branchId, branch.id);
  const shown = shownAt(branch, lsn)!;
  // `deleted` is the branch's own, not an ancestor's.
  assert.deepEqual(
    plain(await observe(materializer, state)),
    plain(shown),
    `branch ${branch.id} at LSN ${lsn}`,
  );
  await checkIndexes(materializer, state);
}

async function sameAsModel(store: Store, name: string, seed: number, count: number): Promise<void> {
  // Told of every commit, as a writer's process is; the other only ever reads.
  const writer = new Materializer(store, OPTIONS);
  const reader = new Materializer(store, OPTIONS);
  const history = await History.begin(store, name, (id, commits) => writer.committed(id, commits));
  for (const [i, action] of randomActions(seed, count).entries()) {
    await history.play(action);
    const branch = history.branches[(seed + i) % history.branches.length]!;
    const head = branch.states[branch.states.length - 1]!;
    for (const materializer of [writer, reader]) {
      const state = await materializer.current(branch.id);
      assert.deepEqual(plain(await observe(materializer, state)), plain(head));
      if (i % 3 === 0) await checkIndexes(materializer, state);
    }
  }
  const random = Array.from(history.branches, (branch) =>
    lsnsOf(history, branch).map((lsn) => ({ branch, lsn })),
  ).flat();
  random.sort(
    (a, b) => ((a.lsn * 7919 + a.branch.id * 104729) % 1009) - ((b.lsn * 7919 + b.branch.id * 104729) % 1009),
  );
  for (const { branch, lsn } of random.slice(0, 60)) {
    await check(writer, history, branch, lsn);
    await check(reader, history, branch, lsn);
    await check(new Materializer(store, { ...OPTIONS, cacheBytes: 0 }), history, branch, lsn);
  }
}

describe('a state equals the naive model, at every LSN of every branch', () => {
  it('on the memory store', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0 }), fc.integer({ min: 1, max: 40 }), async (seed, count) => {
        await sameAsModel(new MemoryStore(), 'p', seed, count);
      }),
      { numRuns: 60 },
    );
  });
});
