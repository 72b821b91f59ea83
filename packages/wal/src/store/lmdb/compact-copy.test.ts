import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { verifyStore } from '../../log/verify';
import { commitOf, control, insertion } from '../../testing/drafts';
import { newProject, plain, push, read } from '../../testing/fixture';
import { openLmdbStore } from './lmdb-store';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'argon-copy-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('copies what is there, without the space that compaction freed', async () => {
  const store = await openLmdbStore(join(folder, 'store'));
  const { main } = await newProject(store);
  const pad = (i: number) =>
    Array.from({ length: 400 }, (_, k) => (i * 7919 + k * 104_729) % 1_000_003).join();
  const commits = await push(
    store,
    main.id,
    Array.from({ length: 1000 }, (_, i) => commitOf(insertion({ _id: i, pad: pad(i) }))),
  );
  const last = commits.at(-1)!.lsn;
  await push(store, main.id, control('modify_branch', {}), { horizon: { lsn: last, at: 1 } });
  const gone = commits.slice(0, 900).map(({ lsn }) => ({ lsn, keep: 'nothing' as const }));
  await store.rewrite(main.id, gone, last);
  const before = store.size();
  const size = await store.compactCopy(join(folder, 'copy'));
  expect(size).toBeLessThan(before / 3);
  const copy = await openLmdbStore(join(folder, 'copy'), { create: false });
  expect((await read(copy, main.id)).map(plain)).toEqual((await read(store, main.id)).map(plain));
  expect((await verifyStore(copy)).problems).toEqual([]);
  await push(copy, main.id, commitOf(insertion({ _id: 'new' })));
  await expect(store.compactCopy(join(folder, 'copy'))).rejects.toMatchObject({
    code: 'ARGON_WAL_NOT_A_STORE',
  });
  await copy.close();
  await store.close();
});
