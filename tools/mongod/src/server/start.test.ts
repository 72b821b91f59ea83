import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findMongod } from '../find/find';
import { startMongod } from './start';

const binary = await findMongod();

describe.skipIf(binary === undefined)('startMongod', () => {
  let temporary: string;
  beforeEach(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'argon-start-'));
    vi.stubEnv('TMPDIR', temporary);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(temporary, { recursive: true, force: true });
  });

  it('starts a replica set with transactions and change streams, and leaves nothing behind', async () => {
    const server = await startMongod();
    const client = await MongoClient.connect(server.uri);
    try {
      const orders = client.db('shop').collection('orders');
      await orders.insertOne({ first: true });
      const changes = orders.watch();
      await changes.tryNext();
      await client.withSession((session) =>
        session.withTransaction(async () => void (await orders.insertOne({ total: 7 }, { session }))),
      );
      expect(await changes.next()).toMatchObject({ operationType: 'insert', fullDocument: { total: 7 } });
      await changes.close();
      const status = await client.db('admin').command({ serverStatus: 1 });
      expect(status['storageEngine']).toMatchObject({ name: 'wiredTiger' });
    } finally {
      await client.close();
      await server.stop();
    }
    expect(() => process.kill(server.pid, 0)).toThrow();
    expect((await readdir(temporary)).filter((name) => !name.endsWith('.sock'))).toEqual([]);
  });

  it('starts a standalone', async () => {
    const server = await startMongod({ standalone: true });
    const client = await MongoClient.connect(server.uri);
    try {
      const hello = await client.db('admin').command({ hello: 1 });
      expect(hello).not.toHaveProperty('setName');
    } finally {
      await client.close();
      await server.stop();
    }
  });
});
