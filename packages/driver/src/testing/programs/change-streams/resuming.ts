import {
  Long,
  type ChangeStreamDocument,
  type ChangeStreamOptions,
  type Collection,
  type Document,
} from 'mongodb';
import { failure, type Program } from '../program';
import { eventsOf, MARK, marking, plain } from './watching';

interface Row {
  _id: number | string;
  v?: number;
}

/** Everything that a stream tells up to the mark, which is there already. */
async function rest(
  target: Pick<Collection<Row>, 'watch'>,
  options: ChangeStreamOptions,
  pipeline: Document[] = [],
): Promise<ChangeStreamDocument[]> {
  const stream = target.watch(pipeline, { maxAwaitTimeMS: 20_000, ...options });
  try {
    const events: ChangeStreamDocument[] = [];
    for await (const event of stream) {
      const { documentKey, operationType } = event as Document;
      if (documentKey?.['_id'] === MARK) break;
      events.push(event);
      if (operationType === 'invalidate') break;
    }
    return events;
  } finally {
    await stream.close();
  }
}

export const resumePrograms: readonly Program[] = [
  {
    name: 'a change stream goes on after any of its events',
    run: async ({ db }) => {
      const table = db.collection<Row>('table');
      await db.createCollection('table');
      const events = (await eventsOf(
        table,
        {},
        async () => {
          await table.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
          await table.updateMany({}, { $set: { v: 1 } });
          await table.replaceOne({ _id: 2 }, { v: 5 });
          await table.deleteMany({});
        },
        marking(db.collection('table')),
      )) as ChangeStreamDocument[];
      const outcomes = [];
      for (const { _id: resumeAfter } of events) {
        outcomes.push((await rest(table, { resumeAfter })).map(plain));
        outcomes.push((await rest(db, { startAfter: resumeAfter })).length);
      }
      // Every event's cluster time is a place to begin at.
      const startAtOperationTime = (events[0] as Document)['clusterTime'];
      outcomes.push((await rest(table, { startAtOperationTime })).map(plain));
      const only = [{ $match: { operationType: 'replace' } }];
      const stream = table.watch(only, { startAtOperationTime, maxAwaitTimeMS: 20_000 });
      outcomes.push(plain(await stream.next()));
      await stream.close();
      return outcomes;
    },
  },
  {
    name: 'a change stream goes on after it was invalidated',
    run: async ({ db }) => {
      const table = db.collection<Row>('table');
      await table.insertOne({ _id: 0 });
      const events = (await eventsOf(table, {}, async () => {
        await table.insertOne({ _id: 1 });
        await table.drop();
      })) as ChangeStreamDocument[];
      await table.insertMany([{ _id: 'again' }, { _id: MARK }]);
      const [inserted, dropped, invalidated] = events.map(({ _id }) => _id);
      return [
        await failure(() => rest(table, { resumeAfter: invalidated })),
        (await rest(table, { startAfter: invalidated })).map(plain),
        (await rest(table, { resumeAfter: dropped })).map(plain),
        (await rest(table, { resumeAfter: inserted })).map(plain),
      ];
    },
  },
  {
    name: 'a token of another collection',
    run: async ({ db }) => {
      const [a, b] = [db.collection<Row>('a'), db.collection<Row>('b')];
      await b.insertOne({ _id: 0 });
      const [first] = (await eventsOf(
        a,
        {},
        () => a.insertOne({ _id: 1 }),
        marking(db.collection('a')),
      )) as ChangeStreamDocument[];
      await b.insertOne({ _id: MARK });
      return failure(() => rest(b, { resumeAfter: first!._id }));
    },
  },
  {
    name: 'stages after $changeStream',
    run: async ({ db }) => {
      const table = db.collection<Row>('table');
      await db.createCollection('table');
      const work = async () => {
        await table.insertMany([
          { _id: 1, v: 1 },
          { _id: 2, v: 2 },
        ]);
        await table.updateOne({ _id: 1 }, { $set: { v: 5 } });
        await table.deleteOne({ _id: 2 });
      };
      const pipelines: Document[][] = [
        [{ $match: { $or: [{ 'fullDocument.v': { $gte: 2 } }, { 'documentKey._id': MARK }] } }],
        [{ $project: { operationType: 1, documentKey: 1 } }],
        [{ $addFields: { extra: '$documentKey._id' } }, { $unset: 'wallTime' }],
        [{ $replaceWith: { _id: '$_id', type: '$operationType', documentKey: '$documentKey' } }],
        [{ $redact: '$$KEEP' }],
        [{ $project: { fullDocument: 0 } }, { $set: { ns: '$ns.coll' } }],
      ];
      const outcomes = [];
      for (const pipeline of pipelines) {
        const events = await eventsOf(table, {}, work, marking(db.collection('table')), pipeline);
        outcomes.push(events.map(plain));
        await table.deleteMany({});
      }
      return outcomes;
    },
  },
  {
    name: 'updateLookup shows the document as it is by now',
    run: async ({ db }) => {
      const table = db.collection<Row>('table');
      await table.insertMany([{ _id: 1 }, { _id: 2 }]);
      const [first] = (await eventsOf(
        table,
        {},
        () => table.insertOne({ _id: 3 }),
        marking(db.collection('table')),
      )) as ChangeStreamDocument[];
      await table.updateOne({ _id: 1 }, { $set: { v: 1 } });
      await table.updateOne({ _id: 2 }, { $set: { v: 1 } });
      await table.updateOne({ _id: 1 }, { $set: { v: 2 } });
      await table.deleteOne({ _id: 2 });
      await table.deleteOne({ _id: MARK });
      await table.insertOne({ _id: 'end' });
      const stream = table.watch([], { resumeAfter: first!._id, fullDocument: 'updateLookup' });
      const events = [];
      for await (const event of stream) {
        events.push(plain(event));
        if ((event as Document)['documentKey']?._id === 'end') break;
      }
      await stream.close();
      return events;
    },
  },
  {
    name: 'batches of a change stream, and closing it',
    run: async ({ client, db }) => {
      const session = client.startSession();
      try {
        const run = (command: Document) => db.command(command, { session, promoteLongs: false });
        const table = db.collection<Row>('table');
        await table.insertOne({ _id: 0 });
        const opened = await run({
          aggregate: 'table',
          pipeline: [{ $changeStream: {} }],
          cursor: { batchSize: 0 },
        });
        const { id } = opened['cursor'];
        const more = (options: Document = {}) => run({ getMore: id, collection: 'table', ...options });
        const idle = await more({ maxTimeMS: 10 });
        await table.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
        const batches = [];
        for (let seen = 0; seen < 3;) {
          const { nextBatch, postBatchResumeToken } = (await more({ batchSize: 2, maxTimeMS: 20_000 }))[
            'cursor'
          ];
          seen += nextBatch.length;
          batches.push(...nextBatch.map((event: Document) => event['documentKey']));
          batches.push(postBatchResumeToken._data === nextBatch.at(-1)._id._data || seen === 3);
        }
        const waiting = failure(() => more({ maxTimeMS: 60_000 }));
        // Killed while it waits, or before it began to: either way it is gone.
        const killed = await db.command({ killCursors: 'table', cursors: [id] });
        await waiting;
        return [
          Object.keys(opened['cursor']),
          Object.keys(idle['cursor']),
          idle['cursor'].nextBatch,
          idle['cursor'].id instanceof Long,
          batches,
          killed['cursorsKilled'].length,
          await failure(() => more()),
        ];
      } finally {
        await session.endSession();
      }
    },
  },
];
