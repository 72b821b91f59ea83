import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { verifyStore } from '../../log/verify';
import { commitOf, insertion } from '../../testing/drafts';
import { newProject, push, read } from '../../testing/fixture';
import { LOCK_FILE } from './place';
import { openLmdbStore } from './lmdb-store';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'argon-last-transaction-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/**
 * Sets the id of the last transaction back, as a process does that opens the store at the moment of a commit. In a
 * process of its own: to close the lock file in this one would drop LMDB's locks.
 */
function setBack(by: bigint): void {
  const program = `
    const fs = require('node:fs');
    const file = fs.openSync(${JSON.stringify(join(folder, LOCK_FILE))}, 'r+');
    const id = Buffer.alloc(8);
    fs.readSync(file, id, 0, 8, 8);
    id.writeBigUInt64LE(id.readBigUInt64LE() - ${by}n);
    fs.writeSync(file, id, 0, 8, 8);`;
  execFileSync(process.execPath, ['-e', program]);
}

const draft = (_id: number) => commitOf(insertion({ _id }));

it('a commit that an opening process has set back is neither overwritten nor unseen', async () => {
  const store = await openLmdbStore(folder);
  const { main } = await newProject(store);
  const ids: number[] = [];
  // Enough of them that pages are used again.
  for (let id = 0; id < 21; id++) {
    ids.push(id);
    const [commit] = await push(store, main.id, draft(id));
    if (id % 3 === 1) setBack(1n);
    expect((await store.head(main.id)).lsn).toBe(commit!.lsn);
    if (id % 3 === 2) setBack(1n);
  }
  expect((await read(store, main.id)).map((commit) => commit.entries[0]!.documentId)).toEqual(ids);
  expect((await verifyStore(store)).problems).toEqual([]);
  await store.close();
});

it('a write finds it out by itself', async () => {
  const store = await openLmdbStore(folder);
  const { main } = await newProject(store);
  const [first] = await push(store, main.id, draft(1));
  setBack(1n);
  const result = await store.append({ branchId: main.id, after: first!.lsn, commits: [draft(2)] });
  expect(result).toMatchObject({ appended: true, commits: [{ lsn: first!.lsn + 1 }] });
  setBack(1n);
  await newProject(store, 'other');
  expect(await store.projects()).toHaveLength(2);
  expect(await read(store, main.id)).toHaveLength(2);
  await store.close();
});

it('whoever opens the store after it has been set back sees all of it', async () => {
  const store = await openLmdbStore(folder);
  const { main } = await newProject(store);
  await push(store, main.id, draft(1));
  setBack(1n);
  const program = `
    import { open } from 'lmdb';
    const db = open({ path: ${JSON.stringify(folder)}, noSubdir: false, overlappingSync: false, maxReaders: 1024 });
    await db.close();`;
  execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: import.meta.dirname });
  await push(store, main.id, draft(2));
  expect(await read(store, main.id)).toHaveLength(2);
  await store.close();
  const again = await openLmdbStore(folder);
  expect(await read(again, main.id)).toHaveLength(2);
  await again.close();
});
