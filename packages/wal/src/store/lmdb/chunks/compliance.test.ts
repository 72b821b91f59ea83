import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
