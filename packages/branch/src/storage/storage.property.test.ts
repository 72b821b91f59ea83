import { partialMatcher } from '@argon/engine';
import { Materializer, type BranchState } from '@argon/materializer';
import { History, randomActions } from '@argon/materializer/testing';
import { branchDeletion, NOBODY, openStore, type Store } from '@argon/wal';
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

const options = { partialMatcher, snapshots: { entries: 10 } };

async function storyOf(seed: number, count: number) {
  const store = await openStore('memory:');
  const materializer = new Materializer(store, options);
  const history = await History.begin(store, 'p', (id, commits) => materializer.committed(id, commits));
  for (const action of randomActions(seed, count)) await history.play(action);
  return { store, materializer, history };
}

it('tells own and shared documents apart in any history', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 60 }), async (seed, count) => {
      const { store, materializer, history } = await storyOf(seed, count);
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

it('says the same when all is compacted that may go', async () => {
  const shown = async (store: Store, materializer: Materializer) =>
    (await new StorageService(store, materializer).branches('p')).branches.map(
      ({ branch, collections, own, shared }) => ({ branch, collections, own, shared }),
    );
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 60 }), fc.nat(), async (seed, count, deleted) => {
      const { store, materializer, history } = await storyOf(seed, count);
      // Others may stand on it.
      const forks = history.live.filter(({ id }) => id !== 2);
      const gone = forks[deleted % Math.max(1, forks.length)];
      if (gone !== undefined) {
        const { lsn: after } = await store.head(gone.id);
        const commits = [branchDeletion('gone', NOBODY)];
        await store.append({ branchId: gone.id, after, commits, change: { status: 'deleted' } });
      }
      const { id: projectId } = (await store.project('p'))!;
      if ((await store.branches(projectId)).length === 0) return;
      const before = await shown(store, materializer);
      const now = () => Date.now() + 3_600_000;
      await materializer.compact({ projectId }, { keep: { days: 0 }, now, grace: 0 });
      expect(await shown(store, materializer)).toEqual(before);
      const fresh = new Materializer(store, options);
      expect(await shown(store, fresh)).toEqual(before);
      await materializer.close();
      await fresh.close();
    }),
    { numRuns: 40 },
  );
});
