import { randomBytes } from 'node:crypto';
import { Materializer } from '@argon/materializer';
import { sharedMongod } from '@argon/tools-mongod';
import { NOBODY, openStore, type Store } from '@argon/wal';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { partialMatcher } from '../match/partial';
import { Command } from './command';
import { WalEngine } from './engine';

/** What commands ask of a store that remembers names: each question is a round trip. */
let uri: string;
let store: Store;
let materializer: Materializer;
let engine: WalEngine;
const asked: string[] = [];

beforeAll(async () => {
  const address = new URL((await sharedMongod()).uri);
  address.pathname = `/argon_trips_${randomBytes(6).toString('hex')}`;
  uri = address.href;
  store = await openStore(uri);
  const counting = new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => {
        if (name !== 'known') asked.push(String(name));
        return Reflect.apply(value, target, given) as unknown;
      };
    },
  });
  materializer = new Materializer(counting, { partialMatcher });
  engine = new WalEngine(counting, materializer);
});
afterAll(async () => {
  await engine?.close();
  await materializer?.close();
  await store?.close();
  const client = await MongoClient.connect(uri);
  await client.db().dropDatabase();
  await client.close();
});
beforeEach(() => {
  asked.length = 0;
});

const run = async (command: Record<string, unknown>) => {
  const reply = await engine.handle(Command.from(command, 'shop'), { connectionId: 1, actor: NOBODY });
  expect(reply.has('errmsg') || reply.has('writeErrors'), JSON.stringify([...reply])).toBe(false);
};

it('a write after the first is one append, a read one look at the head', async () => {
  await run({ insert: 'items', documents: [{ _id: 1, n: 0 }] });
  asked.length = 0;
  await run({ insert: 'items', documents: [{ _id: 2, n: 0 }] });
  await run({ update: 'items', updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }] });
  expect(asked).toEqual(['append', 'append']);
  asked.length = 0;
  await run({ find: 'items', filter: { _id: 1 } });
  await run({ find: 'items', filter: { _id: 2 } });
  expect(asked).toEqual(['head', 'head']);
});

it('reads that begin together share the look at the head', async () => {
  await Promise.all(Array.from({ length: 32 }, () => run({ find: 'items', filter: { _id: 1 } })));
  expect(asked.every((question) => question === 'head')).toBe(true);
  expect(asked.length).toBeLessThanOrEqual(3);
});
