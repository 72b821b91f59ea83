import { ArgonClient } from '@argon/driver';
import { storeKinds, type StoreFixture } from '@argon/driver/testing';
import { sharedMongod } from '@argon/tools-mongod';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, type Workspace } from '../../testing/run';

const kinds = storeKinds(async () => (await sharedMongod()).uri).filter(({ shared }) => shared);
const MINUTE = 60_000;

describe.each(kinds)('how programs did, on the $name store', (kind) => {
  let store: StoreFixture;
  let space: Workspace;

  beforeEach(async () => {
    store = await kind.make();
    space = await makeWorkspace(store.address);
    await space.ok(['init']);
  });
  afterEach(async () => {
    await space.remove();
    await store.remove();
  });

  /** A program that writes and reads, and ends; some minutes ago by its clock. */
  async function work(documents: number, minutesAgo: number): Promise<void> {
    const at = Date.now() - minutesAgo * MINUTE;
    const client = new ArgonClient(store.address, { perf: { now: () => at } });
    const items = client.db('shop').collection<{ _id: number }>('items');
    for (let _id = 0; _id < documents; _id++) await items.insertOne({ _id });
    await items.find().toArray();
    await items
      .find({ $no: 1 })
      .toArray()
      .catch(() => undefined);
    await items.drop();
    await client.close();
  }

  const perf = async (...argv: string[]) => (await space.ok(['wal', 'perf', '--json', ...argv])).json();

  it('is told by kind, of the time that is asked for', async () => {
    await work(3, 20);
    await work(5, 10);
    const hour = await perf();
    expect(hour).toMatchObject({
      activeMinutes: 2,
      commands: {
        read: { count: 4, failed: 2 },
        write: { count: 8, failed: 0 },
        other: { count: 2, failed: 0 },
      },
      appends: { count: 10, lost: 0 },
      // Two collections are made and dropped.
      log: { commits: 10, entries: 8 + 2 + 2, bytes: expect.any(Number) },
      minutes: null,
    });
    expect(hour.processes).toHaveLength(2);
    expect(hour.processes.map((each: { commits: number }) => each.commits).sort()).toEqual([4, 6]);
    const { p50, p99, max, perSecond } = hour.commands.write;
    expect(perSecond).toBe(Math.round((8 / 120) * 1000) / 1000);
    expect(0 < p50 && p50 <= p99 && p99 <= max).toBe(true);
    const { hits, misses, hitRate } = hour.caches.documents;
    expect(hits + misses).toBeGreaterThan(0);
    expect(hitRate).toBeCloseTo(hits / (hits + misses), 2);
    expect((await perf('--duration', '15m')).log.commits).toBe(6);
    expect(await perf('--duration', '5 minutes')).toMatchObject({ activeMinutes: 0, processes: [] });
  });

  it('is shown as tables, by minute if wanted', async () => {
    await work(3, 20);
    await work(5, 10);
    const { stdout } = await space.ok(['wal', 'perf', '-d', '1h', '--by-minute']);
    expect(stdout).toMatch(/2 minutes in which something was done, 2 programs/);
    expect(stdout).toMatch(/^write +8 +0 +0\.07 +[\d.]+ (µs|ms|s) /m);
    expect(stdout).toMatch(/^Log: 10 commits \(0\.08 a second\), 12 entries/m);
    expect(stdout).toMatch(/^Documents found in memory: [\d.]+ % of \d+$/m);
    expect(stdout.match(/ UTC +2 +(3 +1 +4 +5|5 +1 +6 +7) /g)).toHaveLength(2);
    const { minutes } = await perf('--by-minute');
    expect(minutes.map((each: { log: { entries: number } }) => each.log.entries)).toEqual([5, 7]);
  });

  it('does not count runs of argon, nor clients that do not want it', async () => {
    await space.ok(['project', 'create', 'shop']);
    await space.ok(['run', '{"insert": "c", "documents": [{"_id": 1}]}']);
    const client = new ArgonClient(store.address, { perf: false });
    await client.db('shop').collection('c').countDocuments();
    await client.close();
    expect(await perf('--duration', '24h')).toMatchObject({
      activeMinutes: 0,
      commands: { read: { count: 0, p50: null, max: null } },
      caches: { documents: { hitRate: null } },
    });
    expect((await space.ok(['wal', 'perf'])).stdout).toContain('no program has told of anything done');
  });

  it('takes spans up to a day', async () => {
    for (const span of ['2 days', '10s', 'soon', '0m']) {
      const refused = await space.run(['wal', 'perf', '--duration', span]);
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('from 1m to 24h')]);
    }
  });
});
