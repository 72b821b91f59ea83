import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeDocument } from '@argon/bson';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Commit } from '../../../entry/entry';
import { verifyStore } from '../../../log/verify';
import { commitOf, control, insertion, replacement } from '../../../testing/drafts';
import { newProject, push } from '../../../testing/fixture';
import { ChainReader } from '../chain-reader';
import { acquireEnvironment, type Environment } from '../environment';
import { LmdbStore } from '../lmdb-store';

let folder: string;
let environment: Environment;
let store: LmdbStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'argon-rewrite-'));
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

const large = (id: number, version: number) => ({ _id: id, version, text: `${id} of many `.repeat(200) });

it('makes images of deltas whose base goes, also for readers that still know the deltas', async () => {
  const { main } = await newProject(store);
  const ids = Array.from({ length: 300 }, (_, id) => id);
  let commit: Commit | undefined;
  const rounds: Commit[] = [];
  for (let version = 0; version < 5; version++) {
    const before = commit;
    const drafts = ids.map((id) =>
      before === undefined
        ? insertion(large(id, version))
        : replacement(before.entries[id]!, large(id, version)),
    );
    [commit] = await push(store, main.id, commitOf(...drafts));
    rounds.push(commit!);
  }
  const [first, second, third, , last] = rounds;
  const change = { horizon: { lsn: last!.lsn, at: 1 } };
  await push(store, main.id, control('modify_branch', { horizon: last!.lsn }), change);

  // A reader, as of another process, that has met a block of deltas.
  environment.db.resetReadTxn();
  const other = new ChainReader(environment.db, folder);
  expect(other.document(main.id, third!.entries[7]!.lsn)).not.toBeNull();

  const gone = [first!, second!].flatMap(({ entries }) => entries.map(({ lsn }) => lsn));
  const changes = gone.map((lsn) => ({ lsn, keep: 'nothing' as const }));
  for (let from = 0; from < changes.length; from += 100) {
    const some = changes.slice(from, from + 100);
    await store.rewrite(main.id, some, some[some.length - 1]!.lsn);
  }
  environment.db.resetReadTxn();
  for (const id of [8, 299, 150]) {
    const expected = Buffer.from(encodeDocument(large(id, 2)));
    const { lsn } = third!.entries[id]!;
    expect(expected.equals(other.document(main.id, lsn)!)).toBe(true);
    expect(expected.equals(store.documents(main.id, [lsn])[0]!)).toBe(true);
  }
  expect(store.documents(main.id, [gone[0]!, gone[599]!])).toEqual([undefined, undefined]);
  expect((await verifyStore(store)).problems).toEqual([]);
});
