import { sharedMongod } from '@argon/tools-mongod';
import { builtProgram } from '@argon/tools-programs';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArgonClient } from '../client/argon-client';
import { storeKinds, type StoreFixture } from './store-fixtures';

const run = promisify(execFile);
const WORKER = builtProgram(new URL('./processes/worker.ts', import.meta.url));
const COUNT = 200;
const IDLE_MS = 5000;

interface Stamp {
  _id: number;
  last: number;
}

const shared = storeKinds(async () => (await sharedMongod()).uri).filter((kind) => kind.shared);

describe.each(shared)('change streams across processes on a $name store', (kind) => {
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

  it("another process's commit arrives within 100 ms, on a branch and over everything", async () => {
    const stamps = client.db('race').collection<Stamp>('stamps');
    await client.db('race').createCollection('stamps');
    const work = run(process.execPath, [WORKER, fixture.address, 'stamps', '1', String(COUNT)]);
    const lateness = async (watched: { watch: typeof stamps.watch }) => {
      const arrivals: number[] = [];
      const acknowledged: number[] = [];
      for await (const event of watched.watch([{ $match: { operationType: 'insert' } }])) {
        if (event.operationType !== 'insert') continue;
        arrivals[event.fullDocument._id] = Date.now();
        // Each says when the one before it was acknowledged.
        acknowledged[event.fullDocument._id - 1] = event.fullDocument.last;
        if (event.fullDocument._id === COUNT) break;
      }
      const late = Object.keys(acknowledged)
        .map(Number)
        .filter((id) => id >= 0 && arrivals[id] !== undefined)
        .map((id) => arrivals[id]! - acknowledged[id]!)
        .sort((a, b) => a - b);
      return {
        count: late.length,
        median: late[late.length >> 1]!,
        p90: late[Math.floor(late.length * 0.9)]!,
      };
    };
    const all = client as unknown as { watch: typeof stamps.watch };
    const [one, other] = await Promise.all([lateness(stamps), lateness(all), work]);
    console.log(
      `${kind.name}: ms after the acknowledgement, of one collection and of everything`,
      one,
      other,
    );
    expect(one.count).toBeGreaterThan(COUNT / 4);
    // A busy machine is late with anything now and then; the usual commit must not be.
    expect(one.median).toBeLessThan(100);
    expect(other.median).toBeLessThan(100);
  });

  it('streams that wait take next to no time of a processor', async () => {
    const db = client.db('idle');
    await db.createCollection('things');
    const session = client.startSession();
    const waiting = [];
    for (let i = 0; i < 20; i++) {
      const { cursor } = await db.command(
        { aggregate: 'things', pipeline: [{ $changeStream: {} }], cursor: {} },
        { session, promoteLongs: false },
      );
      waiting.push(db.command({ getMore: cursor.id, collection: 'things', maxTimeMS: IDLE_MS }, { session }));
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    const before = process.cpuUsage();
    await Promise.all(waiting);
    const { user, system } = process.cpuUsage(before);
    const share = (user + system) / 1000 / IDLE_MS;
    console.log(`${kind.name}: 20 streams that wait take ${(share * 100).toFixed(1)} % of a processor`);
    expect(share).toBeLessThan(0.2);
    await session.endSession();
  });
});
