import { decodeDocument, encodeDocument, toNumber, type Doc } from '@argon/bson';
import { Materializer } from '@argon/materializer';
import { NOBODY, openStore } from '@argon/wal';
import { expect, it } from 'vitest';
import { Command } from '../handler/command';
import { WalEngine } from '../handler/engine';

it('index keys that mongod has and Argon has not are refused by name', async () => {
  const store = await openStore('memory:');
  const engine = new WalEngine(store, new Materializer(store));
  const ask = async (command: object): Promise<string> => {
    const reply = await engine.handle(Command.from(command as Doc, 'shop'), {
      connectionId: 1,
      actor: NOBODY,
    });
    return `${String(reply.get('codeName'))}: ${String(reply.get('errmsg'))}`;
  };
  const collation = { locale: 'en', strength: 1 };
  await ask({ createIndexes: 'c', indexes: [{ key: { s: 1 }, name: 's', collation }] });
  await ask({ insert: 'c', documents: [{ _id: 1, s: 'x' }] });
  expect(await ask({ find: 'c', filter: { s: 'X' }, collation, returnKey: true })).toBe(
    'CommandNotSupported: the index keys of strings under a collation are not shown',
  );
  await engine.close();
  await store.close();
});

it('a document keeps its record id, whichever way it is found and whatever becomes of it', async () => {
  const store = await openStore('memory:');
  const engine = new WalEngine(store, new Materializer(store));
  const ask = async (command: object): Promise<Doc> => {
    const named = Command.from(command as Doc, 'shop');
    const reply = await engine.handle(named, { connectionId: 1, actor: NOBODY });
    return decodeDocument(encodeDocument(reply as Doc));
  };
  const ids = async (options: object = {}) => {
    const cursor = (await ask({ find: 'c', showRecordId: true, ...options })).get('cursor') as Doc;
    return new Map(
      (cursor.get('firstBatch') as Doc[]).map((found) => [
        found.get('_id'),
        toNumber(found.get('$recordId') as number),
      ]),
    );
  };
  await ask({ insert: 'c', documents: [1, 2, 3].map((_id) => ({ _id, a: -_id })) });
  await ask({ createIndexes: 'c', indexes: [{ key: { a: 1 }, name: 'a' }] });
  const before = await ids();
  expect(new Set(before.values()).size).toBe(3);
  expect([...before.values()].sort((a, b) => a - b)).toEqual([...before.values()]);
  await ask({ update: 'c', updates: [{ q: {}, u: { $inc: { n: 1 } }, multi: true }] });
  expect(await ids({ sort: { a: 1 }, hint: 'a' })).toEqual(before);
  expect((await ids({ filter: { _id: 2 } })).get(2)).toBe(before.get(2));
  expect((await ids({ filter: { a: -3 }, hint: 'a' })).get(3)).toBe(before.get(3));
  await engine.close();
  await store.close();
});
