import { builtProgram } from '@argon/tools-programs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunkOf, hex, listed } from '../testing/chunk-content';
import type { ChunkStore } from './chunks';
import { FolderChunkStore } from './folder/index';
import { openStore } from './open';

const WORKER = builtProgram(new URL('../testing/processes/chunk-worker.ts', import.meta.url));
const CHUNKS = 150;
const KILLS = 15;
const all = Array.from({ length: CHUNKS }, (_, i) => chunkOf(`chunk ${i}`, 300 + 10 * i));

describe('a process that is killed while it puts and removes chunks', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'argon-crash-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Kills a worker at a random moment; whether it was still at work. */
  async function killed(address: string): Promise<boolean> {
    const before = String(Date.now() - 1);
    const child = spawn(process.execPath, [WORKER, address, String(CHUNKS), before, '0', '1'], {
      stdio: 'ignore',
    });
    const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
    await sleep(150 + Math.random() * 500);
    child.kill('SIGKILL');
    return (await ended)[1] === 'SIGKILL';
  }

  /** What is there is whole, is listed as what it is, and can be put again. */
  async function check(chunks: ChunkStore): Promise<void> {
    const list = await listed(chunks);
    const got = await chunks.get(all.map(({ hash }) => hash));
    for (const [i, bytes] of got.entries()) {
      const { hash, bytes: expected } = all[i]!;
      expect(list.get(hash)?.size).toBe(bytes?.length);
      if (bytes) expect(hex(bytes)).toBe(hex(expected));
    }
    await chunks.put(all);
    expect((await chunks.get(all.map(({ hash }) => hash))).every((bytes) => bytes !== undefined)).toBe(true);
  }

  it('leaves a folder in order', async () => {
    let kills = 0;
    for (let round = 0; round < KILLS; round++) {
      if (await killed(`folder:${folder}`)) kills += 1;
      await check(new FolderChunkStore(folder));
    }
    expect(kills).toBeGreaterThan(0);
  });

  it('leaves LMDB in order', async () => {
    let kills = 0;
    await (await openStore(`lmdb:${folder}`)).close();
    for (let round = 0; round < KILLS; round++) {
      if (await killed(`lmdb:${folder}`)) kills += 1;
      const store = await openStore(`lmdb:${folder}`);
      await check(store.chunks);
      await store.close();
    }
    expect(kills).toBeGreaterThan(0);
  });
});
