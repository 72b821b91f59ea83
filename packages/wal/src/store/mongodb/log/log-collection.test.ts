import { sharedMongod } from '@argon/tools-mongod';
import { MongoClient } from 'mongodb';
import { expect, it } from 'vitest';
import { createLogCollection } from './log-collection';

it('makes the log compressed, once', async () => {
  const { uri } = await sharedMongod();
  const client = new MongoClient(uri);
  const db = client.db(`argon_log_collection_${process.pid}`);
  try {
    await createLogCollection(db);
    await createLogCollection(db);
    const [stats] = await db
      .collection('wal_log')
      .aggregate([{ $collStats: { storageStats: {} } }])
      .toArray();
    expect(stats!['storageStats'].wiredTiger.creationString).toContain('block_compressor=zstd');
  } finally {
    await db.dropDatabase();
    await client.close();
  }
});
