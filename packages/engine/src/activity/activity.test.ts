import { decodeDocument, encodeDocument, type Doc, type DocumentLike } from '@argon/bson';
import { Materializer } from '@argon/materializer';
import { NOBODY, openStore, type Store } from '@argon/wal';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Command } from '../handler/command';
import { WalEngine } from '../handler/engine';

let store: Store;
let materializer: Materializer;
let engine: WalEngine;

beforeEach(async () => {
  store = await openStore('memory:');
  materializer = new Materializer(store);
  engine = new WalEngine(store, materializer);
});

afterEach(async () => {
  await engine.close();
  await materializer.close();
  await store.close();
});

async function ask(command: DocumentLike, database = 'shop', connectionId = 1): Promise<Doc> {
  const context = { connectionId, actor: NOBODY };
  const reply = await engine.handle(Command.from(command, database), context);
  return decodeDocument(encodeDocument(reply as DocumentLike));
}

it('serverStatus counts what clients did', async () => {
  await ask({ insert: 'a', documents: [{ _id: 1 }, { _id: 2 }, { _id: 3 }] });
  await ask({ update: 'a', updates: [{ q: {}, u: { $set: { x: 1 } }, multi: true }] });
  await ask({ delete: 'a', deletes: [{ q: { _id: 1 }, limit: 1 }] }, 'shop', 2);
  await ask({ find: 'a' });
  await ask({ find: 'a', nope: 1 });
  await ask({ ping: 1 });
  const status = await ask({ serverStatus: 1, mem: 0 });
  expect(status.get('opcounters')).toEqual(
    new Map([
      ['insert', 3],
      ['query', 1],
      ['update', 1],
      ['delete', 1],
      ['getmore', 0],
      ['command', 1],
    ]),
  );
  const metrics = status.get('metrics') as Doc;
  expect(metrics.get('document')).toEqual(
    new Map([
      ['deleted', 1],
      ['inserted', 3],
      ['returned', 2],
      ['updated', 3],
    ]),
  );
  expect((metrics.get('commands') as Doc).get('find')).toEqual(
    new Map([
      ['failed', 1],
      ['total', 2],
    ]),
  );
  expect(status.get('connections')).toEqual(
    new Map([
      ['current', 2],
      ['totalCreated', 2],
      ['active', 1],
    ]),
  );
  expect((status.get('asserts') as Doc).get('user')).toBe(1);
  expect(status.has('mem')).toBe(false);
  engine.disconnected(2);
  expect((await ask({ serverStatus: 1 })).get('connections')).toEqual(
    new Map([
      ['current', 1],
      ['totalCreated', 2],
      ['active', 1],
    ]),
  );
});

it('an operation that killOp names ends', async () => {
  await ask({ insert: 'a', documents: Array.from({ length: 400 }, (_, i) => ({ _id: i })) });
  const join = {
    $lookup: {
      from: 'a',
      let: { i: '$_id' },
      pipeline: [{ $match: { $expr: { $gt: ['$_id', '$$i'] } } }],
      as: 'x',
    },
  };
  const pipeline = [join, { $unwind: '$x' }, join, { $unwind: '$x' }, join, { $count: 'n' }];
  const slow = ask({ aggregate: 'a', pipeline, cursor: {} }, 'shop', 7);
  let found: Doc | undefined;
  while (found === undefined) {
    await new Promise((resolve) => setImmediate(resolve));
    const { inprog } = Object.fromEntries(await ask({ currentOp: 1, connectionId: 7 }, 'admin', 8)) as {
      inprog: Doc[];
    };
    [found] = inprog;
  }
  expect(found.get('op')).toBe('command');
  expect(found.get('ns')).toBe('shop.a');
  await ask({ killOp: 1, op: found.get('opid')! }, 'admin', 8);
  const reply = await slow;
  expect([reply.get('code'), reply.get('codeName')]).toEqual([11601, 'Interrupted']);
  const { inprog } = Object.fromEntries(await ask({ currentOp: 1, connectionId: 7 }, 'admin', 8)) as {
    inprog: Doc[];
  };
  expect(inprog).toEqual([]);
});
