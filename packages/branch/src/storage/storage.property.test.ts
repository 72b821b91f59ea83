import { partialMatcher } from '@argon/engine';
import { Materializer, type BranchState } from '@argon/materializer';
import { History, randomActions } from '@argon/materializer/testing';
import { openStore, type Store } from '@argon/wal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Amount } from './contract';
import { StorageService } from './storage-service';

async function lsnsOf(state: BranchState): Promise<Set<number>> {
  const lsns = new Set<number>();
  for (const collection of state.collections.values()) {
    const scan = collection.scan();
    for (let refs = await scan.next(); refs !== undefined; refs = await scan.next()) {
      for (const { lsn } of refs) lsns.add(lsn);
    }
  }
  return lsns;
}

/** What a branch shows, document by document: since it was forked, and from before that. */
async function naive(
  store: Store,
  materializer: Materializer,
  branchId: number,
): Promise<Record<string, Amount[]>> {
  const state = await materializer.current(branchId);
  const { parentId, startLsn } = (await store.branchById(branchId))!;
  const before = parentId === null ? new Set() : await lsnsOf(await materializer.stateAt(branchId, startLsn));
  const amounts: Record<string, Amount[]> = {};
  for (const [name, collection] of state.collections) {
    const [own, shared] = [
      { documents: 0, bytes: 0 },
      { documents: 0, bytes: 0 },
    ];
    const scan = collection.scan();
    for (let refs = await scan.next(); refs !== undefined; refs = await scan.next()) {
      for (const { lsn } of refs) {
        const [document] = await materializer.documents(state, [lsn]);
        const amount = before.has(lsn) ? shared : own;
        amount.documents += 1;
        amount.bytes += document!.length;
      }
    }
    amounts[name] = [own, shared];
  }
  return amounts;
}

it('tells own and shared documents apart in any history', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 60 }), async (seed, count) => {
      const store = await openStore('memory:');
      const materializer = new Materializer(store, { partialMatcher, snapshots: { entries: 10 } });
      const history = await History.begin(store, 'p', (id, commits) => materializer.committed(id, commits));
      for (const action of randomActions(seed, count)) await history.play(action);
      const { branches } = await new StorageService(store, materializer).branches('p');
      expect(branches.map(({ branchId }) => branchId).sort()).toEqual(
        history.live.map(({ id }) => id).sort(),
      );
      for (const { branchId, collections, own, shared } of branches) {
        const found = Object.fromEntries(collections.map((each) => [each.name, [each.own, each.shared]]));
        const wanted = await naive(store, materializer, branchId);
        expect(found).toEqual(wanted);
        const bytes = Object.values(wanted).reduce(
          (sum, [mine, theirs]) => sum + mine!.bytes + theirs!.bytes,
          0,
        );
        expect(own.bytes + shared.bytes).toBe(bytes);
      }
      await materializer.close();
    }),
    { numRuns: 40 },
  );
});
