import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { commitOf, insertion } from '../../testing/drafts';
import { newProject, push, read } from '../../testing/fixture';
import { openLmdbStore } from './lmdb-store';

let folder: string;
let holder: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'argon-locking-'));
});

afterEach(async () => {
  holder?.kill('SIGKILL');
  holder = undefined;
  await rm(folder, { recursive: true });
});

/** Has another process take the write lock and sit on it. */
async function holdLock(): Promise<ChildProcess> {
  const program = `
    import { open } from 'lmdb';
    const db = open({ path: ${JSON.stringify(folder)}, noSubdir: false, overlappingSync: false, maxReaders: 1024 });
    db.transactionSync(() => {
      process.stdout.write('held');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
    }, 2);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  holder = child;
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}

const draft = (_id: number) => commitOf(insertion({ _id }));

it('a write gives up after a while, and writes nothing even later', async () => {
  const store = await openLmdbStore(folder, { lockTimeoutMs: 200 });
  const { main } = await newProject(store);
  const child = await holdLock();
  const writes = [push(store, main.id, draft(1)), newProject(store, 'other')];
  for (const write of writes) {
    await expect(write).rejects.toMatchObject({ code: 'ARGON_WAL_STORE_LOCKED' });
  }
  expect((await store.head(main.id)).lsn, 'reading goes on').toBe(main.headLsn);

  const later = push(store, main.id, draft(2));
  child.kill('SIGKILL');
  const [commit] = await later;
  expect(commit!.lsn).toBe(main.headLsn + 1);
  expect((await read(store, main.id)).map((one) => one.entries[0]!.documentId)).toEqual([2]);
  expect(await store.projects()).toHaveLength(1);
  await store.close();
});

it('closing does not wait for a lock that is not to be had', async () => {
  const store = await openLmdbStore(folder, { lockTimeoutMs: 100 });
  const { main } = await newProject(store);
  const child = await holdLock();
  const write = store.append({ branchId: main.id, after: main.headLsn, commits: [draft(1)] });
  const closed = store.close();
  await expect(write).rejects.toMatchObject({ code: 'ARGON_WAL_STORE_LOCKED' });
  await closed;
  child.kill('SIGKILL');
  const again = await openLmdbStore(folder);
  await push(again, main.id, draft(2));
  await again.close();
});

it('opening gives up too, and says who holds the lock', async () => {
  await (await openLmdbStore(folder)).close();
  const child = await holdLock();
  const opening = openLmdbStore(folder, { lockTimeoutMs: 200 });
  await expect(opening).rejects.toMatchObject({
    code: 'ARGON_WAL_STORE_LOCKED',
    message: expect.stringContaining(`process ${child.pid}`) as unknown,
  });
  const patient = openLmdbStore(folder, { lockTimeoutMs: 20_000 });
  setTimeout(() => child.kill('SIGKILL'), 100);
  const store = await patient;
  await newProject(store);
  await store.close();
});

it('handles of one process share what is open, however they come and go', async () => {
  const handles = await Promise.all(Array.from({ length: 8 }, () => openLmdbStore(folder)));
  const { main } = await newProject(handles[0]!);
  await Promise.all(
    handles.map(async (handle, i) => {
      expect((await handle.head(main.id)).lsn).toBe(main.headLsn);
      await handle.close();
      const again = await openLmdbStore(folder);
      expect((await again.branchById(main.id))!.name).toBe('main');
      if (i % 2 === 0) await again.close();
      else setTimeout(() => void again.close(), i);
    }),
  );
  const last = await openLmdbStore(folder);
  await push(last, main.id, draft(1));
  await last.close();
  await new Promise((resolve) => setTimeout(resolve, 50));
});

it('a program that awaits one commit after the other leaves the event loop to others', async () => {
  const store = await openLmdbStore(folder);
  const { main } = await newProject(store);
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 5);
  const stretches: number[] = [];
  for (let stretch = 0; stretch < 4; stretch++) {
    const before = turns;
    let commits = 0;
    while (turns === before && commits < 2000) await push(store, main.id, draft(stretch * 2000 + commits++));
    stretches.push(commits);
  }
  clearInterval(timer);
  expect(Math.max(...stretches)).toBeLessThan(2000);
  await store.close();
});
