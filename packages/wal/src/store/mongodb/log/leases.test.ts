import { sharedMongod } from '@argon/tools-mongod';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Collections, openCollections } from '../collections';
import { LsnLeases } from './leases';

let client: MongoClient;
let meta: Collections['meta'];

beforeEach(async () => {
  client = await MongoClient.connect((await sharedMongod()).uri);
  meta = openCollections(client.db(`wal_leases_${process.pid}_${Date.now()}`)).meta;
});

afterEach(async () => {
  await client.db(meta.dbName).dropDatabase();
  await client.close();
});

async function counter(): Promise<number> {
  const stored = await meta.findOne({ _id: 'lsn' });
  return stored !== null && 'last' in stored ? Number(stored.last) : 0;
}

const idle = () => new Promise((resolve) => setTimeout(resolve, 400));

it('gives consecutive LSNs from 1 on, and leases no more than needed at rest', async () => {
  const leases = new LsnLeases(meta);
  expect(await leases.take(2, 0)).toBe(1);
  await idle();
  expect(await counter()).toBe(2);
  expect(await leases.take(1, 2)).toBe(3);
  await leases.close();
  const another = new LsnLeases(meta);
  expect(await another.take(1, 3)).toBe(4);
  await another.close();
  expect(await counter()).toBe(4);
});

it('leases ahead under load, and gives the rest back', async () => {
  const leases = new LsnLeases(meta);
  for (let lsn = 1; lsn <= 100; lsn++) expect(await leases.take(1, lsn - 1)).toBe(lsn);
  expect(await counter()).toBeGreaterThan(100);
  await idle();
  expect(await counter()).toBe(100);
  expect(await leases.take(3, 100)).toBe(101);
  await leases.close();
  expect(await counter()).toBe(103);
});

it('never gives the same LSN twice, whoever asks', async () => {
  const all = [new LsnLeases(meta), new LsnLeases(meta), new LsnLeases(meta)];
  const taken: number[] = [];
  await Promise.all(
    all.map(async (leases) => {
      for (let round = 0; round < 60; round++) {
        const count = 1 + (round % 3);
        const first = await leases.take(count, 0);
        for (let lsn = first; lsn < first + count; lsn++) taken.push(lsn);
      }
      await leases.close();
    }),
  );
  expect(new Set(taken).size).toBe(taken.length);
});

it('throws a block away that lies behind a head', async () => {
  const slow = new LsnLeases(meta);
  for (let lsn = 0; lsn < 10; lsn++) await slow.take(1, 0);
  const fast = new LsnLeases(meta);
  const head = await fast.take(1, 0);
  expect(await slow.take(1, head)).toBeGreaterThan(head);
  await slow.close();
  await fast.close();
});

it('takes LSNs back that were not used', async () => {
  const leases = new LsnLeases(meta);
  const first = await leases.take(3, 0);
  leases.untake(first, 3);
  expect(await leases.take(1, 0)).toBe(first);
  await leases.close();
  expect(await counter()).toBe(first);
});

it('finds its way if the counter was set back', async () => {
  const leases = new LsnLeases(meta);
  expect(await leases.take(2, 1000)).toBeGreaterThan(1000);
  await leases.close();
});
