import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import { buildProgram, type Program } from '../testing/processes/build';
import { chunkContentionTest } from '../testing/processes/chunk-contention';
import { FolderChunkStore } from './folder/index';
import { testDatabase } from './mongodb/testing/database';
import { openStore } from './open';

describe('four processes renew and remove the same chunks', () => {
  let worker: Program;
  let folder: string;

  beforeAll(async () => {
    worker = await buildProgram('chunk-worker');
  });
  afterAll(() => worker.remove());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'argon-processes-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('in a folder', () => chunkContentionTest(`folder:${folder}`, worker.path, new FolderChunkStore(folder)));

  it('in LMDB', async () => {
    const store = await openStore(`lmdb:${folder}`);
    await chunkContentionTest(`lmdb:${folder}`, worker.path, store.chunks);
    await store.close();
  });

  it('in MongoDB', async () => {
    const database = await testDatabase();
    const store = await database.open();
    await chunkContentionTest(database.uri, worker.path, store.chunks);
    await database.dispose();
  });
});
