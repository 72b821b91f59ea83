import { decodeDocument, encodeDocument, type Doc, type Long } from '@argon/bson';
import { Materializer } from '@argon/materializer';
import { NOBODY, openStore, type Store } from '@argon/wal';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Command } from '../handler/command';
import { WalEngine } from '../handler/engine';

/** Longer than any test waits: who answers earlier was told. */
const LONG_MS = 60_000;

let store: Store;
let engine: WalEngine;
const ask = async (command: object, from = engine): Promise<Doc> => {
  const named = Command.from({ ...command }, 'shop');
  const reply = await from.handle(named, { connectionId: 1, actor: NOBODY });
  return decodeDocument(encodeDocument(reply as Doc));
};
const cursorOf = (reply: Doc) => reply.get('cursor') as Doc;
const insert = (...ids: number[]) => ({ insert: 'ring', documents: ids.map((_id) => ({ _id })) });

beforeEach(async () => {
  store = await openStore('memory:');
  engine = new WalEngine(store, new Materializer(store));
  await ask({ create: 'ring', capped: true, size: 4096, max: 3 });
  await ask(insert(1));
});
afterEach(async () => {
  await engine.close();
  await store.close();
});

async function waiting(options: object = {}) {
  const reply = await ask({ find: 'ring', tailable: true, awaitData: true, ...options });
  const id = cursorOf(reply).get('id') as Long;
  return { id, more: () => ask({ getMore: id, collection: 'ring', maxTimeMS: LONG_MS }) };
}

it('getMore waits for an insert, of whichever process', async () => {
  const { id, more } = await waiting();
  const answer = more();
  await ask(insert(2));
  expect(cursorOf(await answer).get('nextBatch')).toEqual([new Map([['_id', 2]])]);
  const other = new WalEngine(store, new Materializer(store));
  const next = more();
  await ask(insert(3), other);
  expect(cursorOf(await next).get('nextBatch')).toEqual([new Map([['_id', 3]])]);
  expect(cursorOf(await ask({ getMore: id, collection: 'ring', maxTimeMS: 1 })).get('id')).toEqual(id);
  await other.close();
});

it('getMore waits on when what is inserted does not match', async () => {
  const { more } = await waiting({ filter: { _id: { $gte: 4 } } });
  const answer = more();
  for (const id of [2, 3, 4]) await ask(insert(id));
  expect(cursorOf(await answer).get('nextBatch')).toEqual([new Map([['_id', 4]])]);
});

it('what ends the cursor ends the waiting', async () => {
  const killed = await waiting();
  const first = killed.more();
  await ask({ killCursors: 'ring', cursors: [killed.id] });
  expect((await first).get('codeName')).toBe('CursorKilled');
  const evicted = (await waiting()).more();
  await ask(insert(2, 3, 4, 5));
  expect((await evicted).get('codeName')).toBe('CappedPositionLost');
  const renamed = (await waiting()).more();
  await ask({ renameCollection: 'shop.ring', to: 'shop.other', $db: 'admin' });
  expect((await renamed).get('errmsg')).toMatch(
    /^collection renamed from 'shop.ring' to 'shop.other'. UUID /,
  );
});
