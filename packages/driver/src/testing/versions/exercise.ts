/** Uses what a version of `mongodb` has to keep for ArgonClient to work; prints what it saw as JSON. */
import { createRequire } from 'node:module';
import { Collection, Db, Decimal128, Long, MongoClient, MongoServerError } from 'mongodb';
import { ArgonClient } from '../../client/argon-client';

const client = new ArgonClient('memory:', { monitorCommands: true, appName: 'exercise' });
const started: string[] = [];
client.on('commandStarted', (event) => started.push(event.commandName));
const items = client.db('shop').collection<{ _id: number; n?: unknown }>('items');
await items.insertOne({ _id: 1, n: Long.fromNumber(5) });
await items.insertMany(
  Array.from({ length: 300 }, (_, i) => ({ _id: 10 + i, n: Decimal128.fromString(`${i}.10`) })),
);
await items.updateOne({ _id: 1 }, { $inc: { n: 1 } as never });
let refused: unknown;
try {
  await items.insertOne({ _id: 1 });
} catch (error) {
  refused = error instanceof MongoServerError && error.code;
}
let scanned = 0;
for await (const each of items.find({}, { batchSize: 50 })) scanned += each._id > 0 ? 1 : 0;
const unacknowledged = await items.insertOne({ _id: 2 }, { writeConcern: { w: 0 } });
const seen = {
  instances: [client instanceof MongoClient, client.db('shop') instanceof Db, items instanceof Collection],
  found: await items.findOne({ _id: 1 }),
  grouped: await items.aggregate([{ $group: { _id: null, n: { $sum: 1 } } }]).toArray(),
  unacknowledged: unacknowledged.acknowledged,
  bulk: (
    await items.bulkWrite([{ deleteOne: { filter: { _id: 1 } } }, { insertOne: { document: { _id: 3 } } }])
  ).deletedCount,
  past: await items.atLSN(4).countDocuments(),
  refused,
  scanned,
  monitored: started.includes('insert') && started.includes('getMore'),
  appName: client.options.appName,
};
await client.close();
const { version } = createRequire(import.meta.url)(
  `${process.env['ARGON_MONGODB_ALIAS'] ?? 'mongodb'}/package.json`,
) as {
  version: string;
};
process.stdout.write(JSON.stringify({ version, seen }));
