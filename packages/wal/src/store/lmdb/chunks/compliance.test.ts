import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { describe, expect, it } from 'vitest';
import { NOBODY } from '../../../entry/entry';
import { chunkOf } from '../../../testing/chunk-content';
import { storePartsCompliance } from '../../../testing/parts';
import { openLmdbStore } from '../lmdb-store';

storePartsCompliance(
  'LMDB',
  { multiProcess: true },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'argon-lmdb-'));
    return {
      open: (now) => openLmdbStore(folder, now ? { now } : {}),
      remove: () => rm(folder, { recursive: true }),
    };
  },
  { describe, it },
);

it('answers at once, outlives closing, and is closed with its store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'argon-lmdb-'));
  const first = await openLmdbStore(folder);
  const chunk = chunkOf('a', 5000);
  await first.chunks.put([chunk]);
  await first.close();
  expect(() => first.chunks.get([chunk.hash])).toThrow(/is closed/);
  await expect(first.chunks.put([chunk])).rejects.toThrow(/is closed/);
  const second = await openLmdbStore(folder);
  expect(second.chunks.get([chunk.hash])).toEqual([Buffer.from(chunk.bytes)]);
  expect(second.projects()).toEqual([]);
  await second.close();
  await rm(folder, { recursive: true });
});

it('leaves the end of the tree to the log, so that its pages fill', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'argon-lmdb-'));
  const store = await openLmdbStore(folder);
  const { branch } = await store.createProject({ name: 'p', branchName: 'main', actor: NOBODY });
  const chunk = chunkOf('a', 5000);
  await store.chunks.put([chunk]);
  const moment = { branchId: branch.id, lsn: branch.headLsn, timestamp: 0 };
  await store.snapshots.put({ ...moment, root: chunk.hash, format: 1, takenAt: 0 });
  await store.close();
  const environment = open<Buffer, Buffer>({ path: folder, noSubdir: false, keyEncoding: 'binary' });
  const [last] = [...environment.getKeys({ reverse: true, limit: 1 })];
  expect(last!.subarray(0, 1).toString()).toBe('t');
  await environment.close();
  await rm(folder, { recursive: true });
});
