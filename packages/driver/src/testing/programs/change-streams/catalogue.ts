import type { Document } from 'mongodb';
import { failure, type Program, type Stage } from '../program';
import { eventsOf, marking, plain } from './watching';

type Row = Document & { _id: number | string };

/** Collections and indexes come, change and go. */
async function changeCatalogue({ db }: Stage): Promise<void> {
  const table = db.collection<Row>('table');
  await db.createCollection('checked', { validator: { a: { $exists: true } }, validationLevel: 'moderate' });
  await table.insertOne({ _id: 1, a: 1 });
  await table.createIndex({ a: 1 });
  await table.createIndexes([
    { key: { b: -1 }, sparse: true, name: 'by b' },
    { key: { c: 1, d: 1 }, partialFilterExpression: { c: { $gt: 1 } } },
  ]);
  await db.collection('made by an index').createIndex({ u: 1 }, { unique: true });
  await db.command({ collMod: 'checked', validator: { b: { $exists: true } } });
  await db.command({ collMod: 'table', index: { name: 'a_1', hidden: true } });
  await db.command({ collMod: 'table', index: { name: 'a_1', hidden: false } });
  await table.dropIndex('a_1');
  await table.dropIndexes();
  await table.rename('renamed');
  await db.collection('renamed').rename('checked', { dropTarget: true });
  await db.collection<Row>('checked').updateOne({ _id: 1 }, { $set: { a: 2 } });
  await db.collection('checked').drop();
}

export const cataloguePrograms: readonly Program[] = [
  {
    name: 'a change stream of a database',
    run: async (stage) => {
      await stage.db.createCollection('there');
      const mark = marking(stage.db.collection('there'));
      return (await eventsOf(stage.db, {}, () => changeCatalogue(stage), mark)).map(plain);
    },
  },
  {
    name: 'a change stream of a database with expanded events',
    run: async (stage) => {
      await stage.db.createCollection('there');
      const mark = marking(stage.db.collection('there'));
      const options = { showExpandedEvents: true };
      return (await eventsOf(stage.db, options, () => changeCatalogue(stage), mark)).map(plain);
    },
  },
  {
    name: 'dropping what is watched ends a change stream',
    run: async ({ db }) => {
      const table = db.collection<Row>('table');
      let serial = 10;
      const watched = async (work: () => Promise<unknown>) => {
        await table.insertOne({ _id: serial++ });
        return (await eventsOf(table, {}, work)).map(plain);
      };
      return [
        await watched(async () => {
          await table.insertOne({ _id: 1 });
          await table.drop();
        }),
        await watched(() => table.rename('other')),
        await watched(() => db.collection('other').rename('table', { dropTarget: true })),
        await watched(() => db.dropDatabase()),
      ];
    },
  },
  {
    name: 'dropping a database that is watched ends its change stream',
    run: async ({ db }) => {
      await db.collection<Row>('table').insertOne({ _id: 1 });
      return (await eventsOf(db, {}, () => db.dropDatabase())).map(plain);
    },
  },
  {
    name: 'a change stream of what is not there yet',
    run: async ({ db }) => {
      const table = db.collection<Row>('table');
      return [
        (await eventsOf(table, {}, () => table.insertOne({ _id: 1 }), marking(db.collection('table')))).map(
          plain,
        ),
        (
          await eventsOf(
            db.collection('later'),
            { showExpandedEvents: true },
            () => db.collection<Row>('later').insertOne({ _id: 1 }),
            marking(db.collection('later')),
          )
        ).map(plain),
      ];
    },
  },
  {
    name: 'where change streams cannot be opened',
    run: async ({ client, db }) => {
      await db.collection<Row>('table').insertOne({ _id: 1 });
      const open = (target: string | number, pipeline: Document[], options: Document = {}) =>
        failure(async () => {
          const reply = await db.command({ aggregate: target, pipeline, cursor: {}, ...options });
          await db.command({ killCursors: 'table', cursors: [reply['cursor'].id] });
          return Object.keys(reply['cursor']);
        });
      const refused = [
        { $sort: { a: 1 } },
        { $group: { _id: 1 } },
        { $limit: 1 },
        { $skip: 1 },
        { $lookup: { from: 'table', localField: 'a', foreignField: 'b', as: 'c' } },
        { $out: 'other' },
        { $merge: 'other' },
        { $unwind: '$a' },
        { $count: 'n' },
        { $facet: { a: [] } },
        { $sortByCount: '$a' },
      ];
      const outcomes = [];
      for (const stage of refused) outcomes.push(await open('table', [{ $changeStream: {} }, stage]));
      for (const argument of [
        1,
        { unknown: 1 },
        { fullDocument: 'x' },
        { fullDocument: 1 },
        { fullDocumentBeforeChange: 'x' },
        { resumeAfter: 1 },
        { resumeAfter: {} },
        { resumeAfter: { _data: 'xyz' } },
        { resumeAfter: { _data: '' } },
        { startAtOperationTime: 1 },
        { allChangesForCluster: true },
        { showExpandedEvents: 1 },
        { resumeAfter: null },
      ])
        outcomes.push(await open('table', [{ $changeStream: argument }]));
      outcomes.push(await open('table', [{ $match: {} }, { $changeStream: {} }]));
      outcomes.push(await open('table', [{ $facet: { a: [{ $changeStream: {} }] } }]));
      outcomes.push(await open('system.views', [{ $changeStream: {} }]));
      outcomes.push(await open('table', [{ $changeStream: {} }], { readConcern: { level: 'local' } }));
      for (const name of ['admin', 'config', 'local']) {
        const command = { aggregate: 1, pipeline: [{ $changeStream: {} }], cursor: {} };
        outcomes.push(await failure(() => client.db(name).command(command)));
      }
      return outcomes;
    },
  },
];
