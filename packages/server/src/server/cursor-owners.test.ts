import { ArgonHandler } from '@argon/branch';
import { Long, MongoClient, type Document } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serve, type Served } from '../testing/serve';
import { ArgonServer } from './argon-server';

let served: Served;
let server: ArgonServer;
const clients: MongoClient[] = [];

async function connect(uri: string, user?: string, authSource = 'admin'): Promise<MongoClient> {
  const login = user === undefined ? {} : { auth: { username: user, password: 'x' }, authSource };
  const client = await new MongoClient(uri, { directConnection: true, ...login }).connect();
  clients.push(client);
  return client;
}
const as = (user: string, db: string) => connect(server.uri, user, db);

beforeAll(async () => {
  served = await serve();
  const { engine } = served;
  const maker = await connect(served.server.uri);
  await maker.db('admin').command({ createUser: 'root', pwd: 'x', roles: ['root'] });
  for (const db of ['shop', 'admin']) {
    const roles = [{ role: 'readWrite', db: 'shop' }];
    await maker.db(db).command({ createUser: 'ann', pwd: 'x', roles });
    await maker.db(db).command({ createUser: 'bob', pwd: 'x', roles });
  }
  await maker
    .db('shop')
    .collection('c')
    .insertMany([1, 2, 3, 4].map((x) => ({ x })));
  server = await ArgonServer.listen({ handler: new ArgonHandler(engine), engine, port: 0, auth: true });
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await server?.close();
  await served?.close();
});

async function failed(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'it went through',
    ({ code, message }: { code: number; message: string }) => `${code} ${message}`,
  );
}

async function opened(client: MongoClient, options: Document = {}): Promise<Long> {
  const reply = await client
    .db('shop')
    .command({ find: 'c', batchSize: 1 }, { promoteLongs: false, ...options });
  return reply['cursor'].id as Long;
}

const kill = (client: MongoClient, ...cursors: Long[]) =>
  client.db('shop').command({ killCursors: 'c', cursors });

// As a mongod 6.0.5 with users answers.
it('a cursor is read on by the user who opened it, in that session', async () => {
  const ann = await as('ann', 'shop');
  const session = ann.startSession();
  const getMore = await opened(ann, { session });
  const others = [await as('bob', 'shop'), await as('ann', 'admin'), await as('root', 'admin'), ann];
  for (const other of others) {
    expect(await failed(other.db('shop').command({ getMore, collection: 'c' }))).toMatch(
      /^13 Cursor session id \(\S+ - \S+ - {2}- \) is not the same as the operation context's session id \(\S+ - /,
    );
  }
  const own = await ann.db('shop').command({ getMore, collection: 'c' }, { session });
  expect(own['cursor'].nextBatch).toHaveLength(3);
  await session.endSession();
});

it('a cursor is closed by its user or by one who may close any', async () => {
  const ann = await as('ann', 'shop');
  for (const other of [await as('bob', 'shop'), await as('ann', 'admin')]) {
    const id = await opened(ann);
    expect(await failed(kill(other, Long.fromNumber(5), id))).toMatch(
      /^13 not authorized on shop to execute command \{ killCursors: "c", cursors: \[ 5, \d+ \]/,
    );
    expect((await kill(ann, id))['cursorsKilled']).toHaveLength(1);
  }
  const id = await opened(ann);
  expect((await kill(await as('root', 'admin'), id))['cursorsKilled']).toHaveLength(1);
});
