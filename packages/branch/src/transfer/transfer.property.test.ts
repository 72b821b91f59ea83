import { partialMatcher } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { History, observe, randomActions } from '@argon/materializer/testing';
import { NOBODY, openStore, verifyStore, type Store } from '@argon/wal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WalBranchService } from '../wal-mode/wal-branch-service';
import { decodeCommit } from './decode';
import { exportLog } from './export-log';
import { importLog } from './import-log';

/** What a branch shows at an LSN, without the LSNs in it. */
async function shown(materializer: Materializer, branchId: number, lsn: number): Promise<unknown> {
  const { collections } = await observe(materializer, await materializer.stateAt(branchId, lsn));
  return [...collections]
    .map(([name, { documents, ...rest }]) => ({
      name,
      ...rest,
      documents: [...documents].map(([id, { bytes }]) => [id, bytes]),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function exported(
  store: Store,
  materializer: Materializer,
  request: Parameters<typeof exportLog>[2],
): Promise<Uint8Array[]> {
  const documents: Uint8Array[] = [];
  for await (const batch of exportLog(store, materializer, request)) documents.push(...batch);
  return documents;
}

async function imported(documents: readonly Uint8Array[]) {
  const store = await openStore('memory:');
  const materializer = new Materializer(store, { partialMatcher, snapshots: { entries: 20 } });
  const branches = new WalBranchService(store, materializer);
  const batches = (async function* () {
    for (let at = 0; at < documents.length; at += 3) yield documents.slice(at, at + 3);
  })();
  const request = { project: 'copy', documents: batches };
  const report = await importLog(store, materializer, branches, request, NOBODY);
  return { store, materializer, report };
}

/** Some parts of some histories cannot be told as one line. */
function refusal(error: { code?: string }): undefined {
  expect(error.code).toMatch(/^ARGON_BRANCH_TRANSFER_(RANGE|ADOPTION)$/);
}

async function lsnsOf(store: Store, branchId: number): Promise<number[]> {
  const lsns: number[] = [];
  for await (const batch of store.commits(branchId, { after: 0 })) lsns.push(...batch.map(({ lsn }) => lsn));
  return lsns;
}

async function played(seed: number, count: number) {
  const store = await openStore('memory:');
  const materializer = new Materializer(store, { partialMatcher });
  const history = await History.begin(store, 'p', (id, commits) => materializer.committed(id, commits));
  for (const action of randomActions(seed, count)) await history.play(action);
  const branch = history.live[seed % history.live.length]!;
  const { name } = (await store.branchById(branch.id))!;
  return { store, materializer, branchId: branch.id, request: { project: 'p', branch: name } };
}

it('gives a branch that shows the same at every commit', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 60 }), async (seed, count) => {
      const { store, materializer, branchId, request } = await played(seed, count);
      const documents = await exported(store, materializer, request).catch(refusal);
      if (documents === undefined) return;
      const was = documents.slice(1, -1).map((bytes) => decodeCommit(bytes, 0));
      const copy = await imported(documents);
      const { branch, commits } = copy.report;
      const { id } = (await copy.store.branch((await copy.store.project('copy'))!.id, branch))!;
      const is = await lsnsOf(copy.store, id);
      expect(commits).toBe(was.length);
      expect(is.length).toBe(was.length);
      for (const [i, { lsn, kind }] of was.entries()) {
        if (kind === 'base') continue;
        expect(await shown(copy.materializer, id, is[i]!)).toEqual(await shown(materializer, branchId, lsn));
      }
      expect((await verifyStore(copy.store)).problems).toEqual([]);
      expect((await copy.materializer.verify()).problems).toEqual([]);
      await copy.materializer.close();
    }),
    { numRuns: 30 },
  );
});

it('gives a part of it as well: what there was, and what came then', async () => {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 5, max: 60 }), fc.nat(), async (seed, count, at) => {
      const { store, materializer, branchId, request } = await played(seed, count);
      const { lsn: head } = await store.head(branchId);
      const from = { lsn: 2 + (at % (head - 1)) };
      const documents = await exported(store, materializer, { ...request, from }).catch(refusal);
      if (documents === undefined) {
        refused += 1;
        return;
      }
      const { materializer: copy, store: other, report } = await imported(documents);
      const { id } = (await other.branch((await other.project('copy'))!.id, report.branch))!;
      expect(await shown(copy, id, report.head)).toEqual(await shown(materializer, branchId, head));
      const parts = documents.slice(1, -1).map((bytes) => decodeCommit(bytes, 0));
      const bases = parts.filter(({ kind, lsn }) => kind === 'base' && lsn === report.header.from).length;
      if (bases > 0) {
        const lsn = (await lsnsOf(other, id))[bases - 1]!;
        expect(await shown(copy, id, lsn)).toEqual(await shown(materializer, branchId, from.lsn));
      }
      await copy.close();
    }),
    { numRuns: 40 },
  );
  expect(refused).toBeLessThan(30);
});
