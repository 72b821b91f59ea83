import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { provisionalLsn } from '../../../entry/entry';
import { commitOf, insertion, replacement } from '../../../testing/drafts';
import { fork, newProject, push } from '../../../testing/fixture';
import { acquireEnvironment, type Environment } from '../environment';
import { LmdbStore } from '../lmdb-store';
import { ChainReader } from '../chain-reader';
import { databaseSource, storedBranch } from '../refs-reader';
import { planDeltas } from './delta-plan';

let folder: string;
let environment: Environment;
let store: LmdbStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'argon-plan-'));
  environment = await acquireEnvironment(folder, folder, {
    create: true,
    lockTimeoutMs: 1000,
    journal: true,
  });
  store = new LmdbStore(environment, folder, {});
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const large = (n: number) => ({ _id: 1, n, text: 'x'.repeat(2000) });

function plan(branchId: number, ...entries: Parameters<typeof commitOf>) {
  environment.db.resetReadTxn();
  const source = databaseSource(environment.db);
  const reader = new ChainReader(environment.db, folder);
  return planDeltas(
    reader.versions,
    branchId,
    [commitOf(...entries)],
    (id) => storedBranch(source, id)?.record,
  );
}

it('finds the version before on the branch, on an ancestor, and in the same group', async () => {
  const { main } = await newProject(store);
  const [commit] = await push(store, main.id, commitOf(insertion(large(0))));
  const born = commit!.entries[0]!;
  const own = plan(main.id, replacement(born, large(1)));
  expect(own.deltas).toEqual([{ baseBranchId: main.id, bytes: expect.any(Buffer) }]);
  expect(own.deltas[0]!.bytes.length).toBeLessThan(12);

  const child = await fork(store, await fork(store, main, 'child'), 'grandchild');
  expect(plan(child.id, replacement(born, large(1))).deltas[0]!.baseBranchId).toBe(main.id);

  const first = { ...born, lsn: provisionalLsn(0) };
  const group = plan(main.id, insertion(large(0)), replacement(first, large(1)));
  expect(group.deltas).toEqual([undefined, { baseBranchId: main.id, bytes: expect.any(Buffer) }]);
});

it('stores whole what is small, wholly new, or has no version before it', async () => {
  const { main } = await newProject(store);
  const [commit] = await push(store, main.id, commitOf(insertion(large(0)), insertion({ _id: 2, n: 0 })));
  const [born, small] = commit!.entries;
  const whole = (...entries: Parameters<typeof commitOf>) =>
    expect(plan(main.id, ...entries).deltas.every((delta) => delta === undefined)).toBe(true);
  whole(replacement(small!, { _id: 2, n: 1 }));
  whole(replacement(born!, { _id: 1, text: 'y'.repeat(2000) }));
  whole(replacement({ ...born!, lsn: 1000 }, large(1)));
});

it('stores an image after some deltas', async () => {
  const { main } = await newProject(store);
  let [commit] = await push(store, main.id, commitOf(insertion(large(0))));
  const depths: number[] = [];
  for (let n = 1; n <= 20; n++) {
    const update = replacement(commit!.entries[0]!, large(n));
    depths.push(plan(main.id, update).versions[0]!.deltas);
    [commit] = await push(store, main.id, commitOf(update));
  }
  expect(depths).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2]);
});
