import { builtProgram } from '@argon/tools-programs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { chunkContentionTest } from '../testing/processes/chunk-contention';
import { FolderChunkStore } from './folder/index';
import { testDatabase } from './mongodb/testing/database';
import { openStore } from './open';

const WORKER = builtProgram(new URL('../testing/processes/chunk-worker.ts', import.meta.url));

describe('four processes renew and remove the same chunks', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'argon-processes-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('in a folder', () => chunkContentionTest(`folder:${folder}`, WORKER, new FolderChunkStore(folder)));

  it('in LMDB', async () => {
    const store = await openStore(`lmdb:${folder}`);
    await chunkContentionTest(`lmdb:${folder}`, WORKER, store.chunks);
    await store.close();
  });

  it('in MongoDB', async () => {
    const database = await testDatabase();
    const store = await database.open();
    await chunkContentionTest(database.uri, WORKER, store.chunks);
    await database.dispose();
  });
});
