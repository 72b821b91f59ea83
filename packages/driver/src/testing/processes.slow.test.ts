import { sharedMongod } from '@argon/tools-mongod';
import { builtProgram } from '@argon/tools-programs';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArgonClient } from '../client/argon-client';
import { storeKinds, type StoreFixture } from './store-fixtures';

const run = promisify(execFile);
const WORKERS = 8;
const WORKER = builtProgram(new URL('./processes/worker.ts', import.meta.url));

/** Runs the job in 8 processes at once; what each reported. */
async function inProcesses<T>(address: string, job: string, count: number): Promise<T[]> {
  return Promise.all(
    Array.from({ length: WORKERS }, async (_, number) => {
      const { stdout } = await run(process.execPath, [WORKER, address, job, String(number), String(count)], {
        timeout: 500_000,
      });
      return JSON.parse(stdout) as T;
    }),
  );
}

const shared = storeKinds(async () => (await sharedMongod()).uri).filter((kind) => kind.shared);

describe.each(shared)('8 processes on one branch of a $name store', (kind) => {
  let fixture: StoreFixture;
  let client: ArgonClient;

  beforeEach(async () => {
    fixture = await kind.make();
    client = await new ArgonClient(fixture.address).connect();
  });
  afterEach(async () => {
    await client?.close();
    await fixture?.remove();
  });

  it('lose no update: 8 × 500 $inc end at exactly 4,000', async () => {
    const counters = client.db('race').collection<{ _id: number; n: number }>('counters');
    await counters.insertOne({ _id: 1, n: 0 });
    await inProcesses(fixture.address, 'increment', 500);
    expect(await counters.findOne({ _id: 1 })).toEqual({ _id: 1, n: WORKERS * 500 });
  });

  it('always see whole insertMany batches, and their own at once', async () => {
    const rows = client.db('race').collection('rows');
    await rows.createIndex({ batch: 1 });
    const reports = await inProcesses<{ batches: number; torn: number }>(fixture.address, 'batches', 50);
    expect(reports).toEqual(Array.from({ length: WORKERS }, () => ({ batches: 50, torn: 0 })));
    expect(await rows.countDocuments()).toBe(WORKERS * 50 * 10);
  });
});
