import { MongoError, Timestamp, type ClientSession, type Document } from 'mongodb';
import { failure, type Program, type Stage } from './program';

interface Account {
  _id: string;
  balance: number;
  owner?: number;
}

const accounts: Account[] = [
  { _id: 'a', balance: 100 },
  { _id: 'b', balance: 50 },
];

/** What an error tells, with what drivers decide by. */
async function labelled(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return { succeeded: await work() };
  } catch (error) {
    const { code, codeName } = error as { code?: number; codeName?: string };
    const labels = error instanceof MongoError ? [...error.errorLabels].sort() : [];
    return { code, codeName, labels };
  }
}

/** Two sessions, ended afterwards. */
async function withSessions<T>(
  { client }: Stage,
  work: (one: ClientSession, other: ClientSession) => Promise<T>,
): Promise<T> {
  const sessions = [client.startSession(), client.startSession()] as const;
  try {
    return await work(...sessions);
  } finally {
    for (const session of sessions) await session.endSession();
  }
}

/** A command's reply without what no two servers share. */
async function reply(work: Promise<Document>): Promise<unknown> {
  return labelled(async () => {
    const { $clusterTime: _, operationTime: __, electionId: ___, opTime: ____, ...rest } = await work;
    return rest;
  });
}

export const transactionPrograms: readonly Program[] = [
  {
    name: 'a transaction reads its own writes; others see all of it, once it is committed',
    run: (stage) =>
      withSessions(stage, async (session) => {
        const { db } = stage;
        const bank = db.collection<Account>('bank');
        await bank.insertMany(accounts);
        session.startTransaction();
        const log: unknown[] = [];
        log.push(await bank.updateOne({ _id: 'a' }, { $inc: { balance: -30 } }, { session }));
        log.push(await bank.updateOne({ _id: 'b' }, { $inc: { balance: 30 } }, { session }));
        log.push(await bank.insertOne({ _id: 'c', balance: 0 }, { session }));
        log.push(await db.collection('journal').insertOne({ _id: 1 as never, moved: 30 }, { session }));
        log.push(await bank.find({}, { session }).sort({ _id: 1 }).toArray());
        log.push(
          await bank.aggregate([{ $group: { _id: null, sum: { $sum: '$balance' } } }], { session }).toArray(),
        );
        log.push((await bank.distinct('balance', {}, { session })).sort((a, b) => a - b));
        log.push(await bank.countDocuments({}, { session }));
        log.push(await bank.find().sort({ _id: 1 }).toArray());
        log.push(await db.collection('journal').find().toArray());
        await session.commitTransaction();
        log.push(await bank.find().sort({ _id: 1 }).toArray());
        log.push(await db.collection('journal').find().toArray());
        await session.commitTransaction();
        return log;
      }),
  },
  {
    name: 'an aborted transaction leaves nothing',
    run: (stage) =>
      withSessions(stage, async (session) => {
        const { db } = stage;
        const bank = db.collection<Account>('bank');
        await bank.insertMany(accounts);
        session.startTransaction();
        await bank.deleteMany({}, { session });
        await db.createCollection('fresh', { session });
        const during = await bank.find({}, { session }).toArray();
        await session.abortTransaction();
        const names = (await db.listCollections().toArray()).map(({ name }) => name);
        return [during, await bank.find().toArray(), names];
      }),
  },
  {
    name: 'a snapshot stays what it was while others write',
    run: (stage) =>
      withSessions(stage, async (session) => {
        const bank = stage.db.collection<Account>('bank');
        await bank.insertMany(accounts);
        session.startTransaction({ readConcern: { level: 'snapshot' } });
        const log: unknown[] = [await bank.findOne({ _id: 'a' }, { session })];
        await bank.updateOne({ _id: 'a' }, { $set: { balance: 1 } });
        await bank.insertOne({ _id: 'z', balance: 9 });
        log.push(await bank.find({}, { session }).sort({ _id: 1 }).toArray());
        log.push(await bank.updateOne({ _id: 'b' }, { $set: { balance: 2 } }, { session }));
        await session.commitTransaction();
        log.push(await bank.find().sort({ _id: 1 }).toArray());
        return log;
      }),
  },
  {
    name: 'the first writer wins',
    run: (stage) =>
      withSessions(stage, async (one, other) => {
        const bank = stage.db.collection<Account>('bank');
        await bank.insertMany(accounts);
        await bank.createIndex({ owner: 1 }, { unique: true, sparse: true });
        const log: unknown[] = [];
        one.startTransaction();
        await bank.updateOne({ _id: 'a' }, { $inc: { balance: 1 } }, { session: one });
        await bank.insertOne({ _id: 'n', balance: 0, owner: 7 }, { session: one });
        for (const clash of [
          () => bank.updateOne({ _id: 'a' }, { $inc: { balance: 5 } }, { session: other }),
          () => bank.deleteOne({ _id: 'a' }, { session: other }),
          () => bank.findOneAndUpdate({ _id: 'a' }, { $inc: { balance: 5 } }, { session: other }),
          () => bank.insertOne({ _id: 'n', balance: 3 }, { session: other }),
          () => bank.insertOne({ _id: 'm', balance: 3, owner: 7 }, { session: other }),
        ]) {
          other.startTransaction();
          log.push(await labelled(clash));
          log.push(await labelled(() => bank.findOne({ _id: 'b' }, { session: other })));
          await other.abortTransaction();
        }
        await one.commitTransaction();
        return [log, await bank.find().sort({ _id: 1 }).toArray()];
      }),
  },
  {
    name: 'a document that changed since the snapshot cannot be written',
    run: (stage) =>
      withSessions(stage, async (session) => {
        const bank = stage.db.collection<Account>('bank');
        await bank.insertMany(accounts);
        const log: unknown[] = [];
        for (const change of [{ $set: { balance: 51 } }, { $inc: { balance: 1 } }]) {
          session.startTransaction();
          await bank.findOne({ _id: 'b' }, { session });
          await bank.updateOne({ _id: 'a' }, { $inc: { balance: 1 } });
          log.push(await labelled(() => bank.updateOne({ _id: 'a' }, change, { session })));
          log.push(await labelled(() => session.commitTransaction()));
        }
        return [log, await bank.find().sort({ _id: 1 }).toArray()];
      }),
  },
  {
    name: 'a write outside waits for the transaction that holds its document',
    run: (stage) =>
      withSessions(stage, async (session) => {
        const bank = stage.db.collection<Account>('bank');
        await bank.insertMany(accounts);
        session.startTransaction();
        await bank.updateOne({ _id: 'a' }, { $inc: { balance: 10 } }, { session });
        const late = await labelled(() =>
          bank.updateOne({ _id: 'a' }, { $inc: { balance: 1 } }, { maxTimeMS: 50 }),
        );
        const free = await bank.updateOne({ _id: 'b' }, { $inc: { balance: 1 } });
        const waiting = bank.findOneAndUpdate(
          { _id: 'a' },
          { $mul: { balance: 2 } },
          { returnDocument: 'after' },
        );
        await new Promise((resolve) => setTimeout(resolve, 20));
        await session.commitTransaction();
        return [late, free, await waiting];
      }),
  },
  {
    name: 'an error ends the transaction',
    run: (stage) =>
      withSessions(stage, async (session) => {
        const { db } = stage;
        const bank = db.collection<Account>('bank');
        await bank.insertMany(accounts);
        const log: unknown[] = [];
        for (const fail of [
          () => bank.insertOne({ _id: 'a', balance: 0 }, { session }),
          () => bank.updateOne({ _id: 'a' }, { $bad: 1 }, { session }),
          () => bank.find({ $bad: 1 } as never, { session }).toArray(),
          () => bank.aggregate([{ $out: 'x' }], { session }).toArray(),
          () => db.createIndex('bank', { balance: 1 }, { session }),
          () => db.createCollection('bank', { session }),
          () =>
            bank.bulkWrite(
              [
                { insertOne: { document: { _id: 'q', balance: 1 } } },
                { insertOne: { document: { _id: 'a', balance: 1 } } },
              ],
              { session },
            ),
        ]) {
          session.startTransaction();
          await bank.updateOne({ _id: 'b' }, { $inc: { balance: 1000 } }, { session });
          log.push(await failure(fail));
          log.push(await labelled(() => bank.findOne({}, { session })));
          log.push(await labelled(() => session.commitTransaction()));
        }
        return [log, await bank.find().sort({ _id: 1 }).toArray()];
      }),
  },
  {
    name: 'commands that a transaction may not hold leave it as it is',
    run: (stage) =>
      withSessions(stage, async (session) => {
        const { db } = stage;
        const bank = db.collection<Account>('bank');
        await bank.insertMany(accounts);
        session.startTransaction();
        await bank.updateOne({ _id: 'b' }, { $inc: { balance: 1 } }, { session });
        const log: unknown[] = [];
        for (const command of [
          { count: 'bank' },
          { listCollections: 1 },
          { listIndexes: 'bank' },
          { drop: 'bank' },
          { dropDatabase: 1 },
          { dropIndexes: 'bank', index: '*' },
          { collMod: 'bank' },
          { explain: { find: 'bank' } },
          { ping: 1 },
          { hello: 1 },
          { find: 'bank', readConcern: { level: 'majority' } },
          { insert: 'bank', documents: [{}], writeConcern: { w: 1 } },
        ]) {
          log.push(await reply(db.command(command, { session })));
        }
        await session.commitTransaction();
        return [log, await bank.find().sort({ _id: 1 }).toArray()];
      }),
  },
  {
    name: 'collections and indexes made within a transaction',
    run: (stage) =>
      withSessions(stage, async (session) => {
        const { db } = stage;
        session.startTransaction();
        await db.createCollection('made', { session });
        await db.createIndex('made', { k: 1 }, { session, unique: true });
        await db.collection('made').insertMany(
          [
            { _id: 1 as never, k: 1 },
            { _id: 2 as never, k: 2 },
          ],
          { session },
        );
        await db.collection('implicit').insertOne({ _id: 1 as never }, { session });
        const log: unknown[] = [await db.collection('made').find({ k: 2 }, { session }).toArray()];
        await session.commitTransaction();
        log.push((await db.listCollections().toArray()).map(({ name }) => name).sort());
        log.push((await db.collection('made').indexes()).map(({ name, unique }) => [name, unique]));
        log.push(await failure(() => db.collection('made').insertOne({ k: 2 })));
        return log;
      }),
  },
  {
    name: 'cursors of a transaction read on as it began, with what it wrote by then',
    run: (stage) =>
      withSessions(stage, async (session) => {
        const things = stage.db.collection<{ _id: number }>('things');
        await things.insertMany(Array.from({ length: 10 }, (_, i) => ({ _id: i })));
        session.startTransaction();
        await things.insertOne({ _id: 100 }, { session });
        const cursor = things.find({}, { session, batchSize: 3 }).sort({ _id: 1 });
        const log: unknown[] = [await cursor.next()];
        await things.deleteMany({ _id: { $gt: 5 } });
        log.push(await cursor.toArray());
        await session.commitTransaction();
        log.push(await things.find().sort({ _id: 1 }).toArray());
        return log;
      }),
  },
  {
    name: 'withTransaction tries again until it is through',
    run: (stage) =>
      withSessions(stage, async (one, other) => {
        const bank = stage.db.collection<Account>('bank');
        await bank.insertMany(accounts);
        const deposit = (session: ClientSession, amount: number) =>
          session.withTransaction(async () => {
            const held = await bank.findOne({ _id: 'a' }, { session });
            await bank.updateOne({ _id: 'a' }, { $set: { balance: held!.balance + amount } }, { session });
          });
        for (let i = 0; i < 5; i++) await Promise.all([deposit(one, 1), deposit(other, 10)]);
        return bank.find().sort({ _id: 1 }).toArray();
      }),
  },
  {
    name: 'a session that ends takes its transaction along',
    run: async ({ client, db }) => {
      const bank = db.collection<Account>('bank');
      await bank.insertMany(accounts);
      const session = client.startSession();
      session.startTransaction();
      await bank.updateOne({ _id: 'a' }, { $inc: { balance: 1 } }, { session });
      await session.endSession();
      return [await bank.updateOne({ _id: 'a' }, { $inc: { balance: 2 } }), await bank.find().toArray()];
    },
  },
  {
    name: 'snapshot sessions read one time, whatever is written',
    run: async ({ client, db }) => {
      const bank = db.collection<Account>('bank');
      await bank.insertMany(accounts, { writeConcern: { w: 'majority' } });
      const session = client.startSession({ snapshot: true });
      const log: unknown[] = [await bank.find({}, { session }).toArray()];
      await bank.updateMany({}, { $inc: { balance: 1 } }, { writeConcern: { w: 'majority' } });
      log.push(await bank.find({}, { session }).toArray());
      log.push((await bank.distinct('balance', {}, { session })).sort((a, b) => a - b));
      log.push(await bank.aggregate([{ $match: { balance: { $gt: 50 } } }], { session }).toArray());
      log.push(await labelled(() => bank.insertOne({ _id: 'x', balance: 0 }, { session })));
      await session.endSession();
      log.push(await bank.find().toArray());
      return log;
    },
  },
  {
    name: 'sessions are causal, and times that have not come are refused',
    run: async ({ client, db }) => {
      const bank = db.collection<Account>('bank');
      const session = client.startSession({ causalConsistency: true });
      await bank.insertMany(accounts, { session });
      const read = await bank.findOne({ _id: 'a' }, { session });
      const isTold = [session.operationTime, session.clusterTime?.clusterTime].map(
        (time) => time instanceof Timestamp,
      );
      await session.endSession();
      const ahead = new Timestamp({ t: 4_000_000_000, i: 1 });
      const concerns = [
        { level: 'local', afterClusterTime: ahead },
        { level: 'snapshot', atClusterTime: ahead },
        { level: 'local', atClusterTime: ahead },
        { level: 'available', afterClusterTime: ahead },
        { level: 'nonsense' },
        { nonsense: 1 },
      ];
      const log: unknown[] = [];
      for (const readConcern of concerns) log.push(await reply(db.command({ find: 'bank', readConcern })));
      for (const command of [{ count: 'bank' }, { insert: 'bank', documents: [{}] }, { ping: 1 }]) {
        log.push(await reply(db.command({ ...command, readConcern: { level: 'snapshot' } })));
      }
      return [read, isTold, log];
    },
  },
  {
    name: 'write concerns that one member cannot satisfy',
    run: async ({ db }) => {
      const log: unknown[] = [];
      for (const writeConcern of [
        { w: 3, wtimeout: 10 },
        { w: 'nowhere' },
        { w: 51 },
        { w: -1 },
        { w: true },
        { w: { dc: 1 } },
        { fsync: true, j: true },
        { nonsense: 1 },
        { w: 'majority' },
        {},
      ]) {
        log.push(
          await reply(db.command({ insert: 'things', documents: [{ _id: log.length }], writeConcern })),
        );
      }
      log.push(await reply(db.command({ find: 'things', writeConcern: { w: 1 } })));
      return [log, await db.collection('things').find().sort({ _id: 1 }).toArray()];
    },
  },
];
