import assert from 'node:assert/strict';
import { openStore } from '@argon/wal';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { Materializer } from '../materializer';
import type { BranchState, CollectionState } from '../state/contract';
import { History, headOf, randomActions } from '../testing/index';
import type { RecordDifference } from './collection-diff';

async function versions(collection: CollectionState | undefined): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  const scan = collection?.scan();
  for (let batch = await scan?.next(); batch; batch = await scan?.next()) {
    for (const { record, lsn } of batch) found.set(record, lsn);
  }
  return found;
}

async function naive(before: BranchState, after: BranchState, name: string): Promise<RecordDifference[]> {
  const [old, now] = [
    await versions(before.collections.get(name)),
    await versions(after.collections.get(name)),
  ];
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort((a, b) => a - b)
    .map((record) => ({ record, before: old.get(record), after: now.get(record) }))
    .filter((difference) => difference.before !== difference.after);
}

describe('the difference of two states', () => {
  it('is what a comparison of all their records finds, with snapshots below them or without', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 5, max: 60 }), async (seed, count) => {
        const store = await openStore('memory:');
        const materializer = new Materializer(store);
        const history = await History.begin(store, 'p', (id, commits) => materializer.committed(id, commits));
        for (const [i, action] of randomActions(seed, count).entries()) {
          await history.play(action);
          const branch = history.branches[(seed + i) % history.branches.length]!;
          if (i % 4 === seed % 4) await materializer.snapshot(branch.id);
        }
        const states: BranchState[] = [];
        for (const branch of history.branches.slice(0, 4)) {
          states.push(await materializer.stateAt(branch.id, headOf(branch).lsn));
          const { lsn } = branch.states[branch.states.length >> 1]!;
          states.push(await materializer.stateAt(branch.id, lsn));
        }
        for (const before of states) {
          for (const after of states) {
            for (const name of new Set([...before.collections.keys(), ...after.collections.keys()])) {
              const found: RecordDifference[] = [];
              const diff = materializer.diff(before, after, name);
              for (let batch = await diff.next(); batch; batch = await diff.next()) found.push(...batch);
              assert.deepEqual(found, await naive(before, after, name));
            }
          }
        }
        await materializer.close();
        await store.close();
      }),
      { numRuns: 25 },
    );
  });
});
