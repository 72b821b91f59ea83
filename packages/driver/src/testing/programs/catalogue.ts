import { failure, type Program } from './program';

export const cataloguePrograms: readonly Program[] = [
  {
    name: 'creating, listing and dropping collections',
    run: async ({ db }) => {
      await db.createCollection('b');
      await db.createCollection('a');
      await db.collection('c').insertOne({ x: 1 });
      const listed = (await db.listCollections().toArray()).map(({ name, type }) => ({ name, type }));
      return [
        listed.sort((x, y) => (x.name < y.name ? -1 : 1)),
        (await db.listCollections({ name: 'b' }, { nameOnly: true }).toArray()).length,
        await failure(() => db.createCollection('a')),
        await db.dropCollection('a'),
        (await db.collections()).map((each) => each.collectionName).sort(),
        await db.dropDatabase(),
        await db.listCollections().toArray(),
      ];
    },
  },
  {
    name: 'names that no collection can have',
    run: async ({ db }) => [
      await failure(() => db.command({ create: '' })),
      await failure(() => db.command({ insert: 'a$b', documents: [{ x: 1 }] })),
      await failure(() => db.command({ create: 5 })),
    ],
  },
  {
    name: 'indexes',
    run: async ({ db }) => {
      const users = db.collection('users');
      const names = [
        await users.createIndex({ email: 1 }, { unique: true }),
        await users.createIndex({ city: 1, age: -1 }),
        await users.createIndex({ nick: 1 }, { sparse: true, name: 'by_nick' }),
        await users.createIndex({ city: 1, age: -1 }),
      ];
      const listed = await users.indexes();
      const conflict = await failure(() => users.createIndex({ other: 1 }, { name: 'by_nick' }));
      await users.dropIndex('by_nick');
      return [
        names,
        listed,
        conflict,
        await failure(() => users.dropIndex('nothing')),
        await failure(() => users.dropIndex('_id_')),
        (await users.indexes()).map((index) => index.name),
        await failure(() => users.createIndex({ a: 0 })),
        await failure(() => users.createIndex({ a: 'nope' } as never)),
        await failure(() => db.collection('absent').indexes()),
      ];
    },
  },
  {
    name: 'two arrays in a compound index',
    run: async ({ db }) => {
      const items = db.collection<{ _id: number; a?: unknown; b?: unknown; on?: boolean }>('items');
      await items.createIndex({ a: 1, 'b.c': 1 });
      await items.createIndex({ a: 1, b: 1, on: 1 }, { partialFilterExpression: { on: true } });
      await items.insertOne({ _id: 1, a: [1, 2], b: { c: 3 } });
      return [
        await failure(() => items.insertOne({ _id: 2, a: [1, 2], b: [{ c: 3 }] })),
        await failure(() => items.insertOne({ _id: 3, a: [], b: { c: [] } })),
        await failure(() => items.updateOne({ _id: 1 }, { $set: { b: [{ c: 1 }] } })),
        await failure(() => items.insertOne({ _id: 4, a: [1], b: [2], on: true })),
        await failure(() => items.insertMany([{ _id: 5 }, { _id: 6, a: [1], b: [{ c: [1] }] }, { _id: 7 }])),
        await items.find().sort({ _id: 1 }).toArray(),
      ];
    },
  },
  {
    name: 'unique indexes',
    run: async ({ db }) => {
      const users = db.collection<{ _id: number; email?: string | null; tags?: string[] }>('users');
      await users.createIndex({ email: 1 }, { unique: true });
      await users.insertMany([
        { _id: 1, email: 'a' },
        { _id: 2, email: 'b' },
      ]);
      const results = [
        await failure(() => users.insertOne({ _id: 3, email: 'a' })),
        await failure(() => users.updateOne({ _id: 2 }, { $set: { email: 'a' } })),
        await failure(() => users.updateOne({ _id: 9 }, { $set: { email: 'b' } }, { upsert: true })),
        await failure(() =>
          users.insertMany([
            { _id: 4, email: 'c' },
            { _id: 5, email: 'c' },
          ]),
        ),
        await failure(() => users.insertOne({ _id: 6 })),
        await failure(() => users.insertOne({ _id: 7, email: null })),
      ];
      await users.deleteOne({ _id: 1 });
      results.push(await failure(() => users.insertOne({ _id: 8, email: 'a' })));
      await users.createIndex({ tags: 1 }, { unique: true, sparse: true });
      await users.insertOne({ _id: 10, email: 'x', tags: ['p', 'q'] });
      results.push(await failure(() => users.insertOne({ _id: 11, email: 'y', tags: ['q', 'r'] })));
      await db.collection('dupes').insertMany([{ k: 1 }, { k: 1 }]);
      results.push(await failure(() => db.collection('dupes').createIndex({ k: 1 }, { unique: true })));
      results.push(await users.find().sort({ _id: 1 }).toArray());
      return results;
    },
  },
  {
    name: 'a partial unique index',
    run: async ({ db }) => {
      const users = db.collection<{ _id: number; email: string; live: boolean }>('users');
      await users.createIndex({ email: 1 }, { unique: true, partialFilterExpression: { live: true } });
      await users.insertMany([
        { _id: 1, email: 'a', live: true },
        { _id: 2, email: 'a', live: false },
      ]);
      return [
        await failure(() => users.insertOne({ _id: 3, email: 'a', live: true })),
        await failure(() => users.updateOne({ _id: 2 }, { $set: { live: true } })),
        await failure(() => users.insertOne({ _id: 4, email: 'a', live: false })),
        await users.countDocuments(),
      ];
    },
  },
  {
    name: 'validators',
    run: async ({ db }) => {
      await db.createCollection('people', { validator: { age: { $gte: 18 } } });
      const people = db.collection<{ _id: number; age: number }>('people');
      const results = [
        await failure(() => people.insertOne({ _id: 1, age: 20 })),
        await failure(() => people.insertOne({ _id: 2, age: 3 })),
        await failure(() => people.updateOne({ _id: 1 }, { $set: { age: 1 } })),
      ];
      await db.command({ collMod: 'people', validator: {} });
      results.push(await failure(() => people.insertOne({ _id: 2, age: 3 })));
      await db.command({
        collMod: 'people',
        validator: {
          $jsonSchema: {
            bsonType: 'object',
            required: ['age'],
            properties: { age: { bsonType: 'int', minimum: 0 } },
          },
        },
      });
      results.push(await failure(() => people.insertOne({ _id: 3, age: -1 })));
      results.push(await failure(() => people.insertOne({ _id: 4 } as never)));
      return [results, await people.find().sort({ _id: 1 }).toArray()];
    },
  },
  {
    name: 'renaming a collection',
    run: async ({ db }) => {
      await db.collection<{ _id: number }>('old').insertOne({ _id: 1 });
      await db.collection('old').rename('fresh');
      await db.collection<{ _id: number }>('third').insertOne({ _id: 3 });
      return [
        await db.collection('fresh').find().toArray(),
        await db.collection('old').countDocuments(),
        await failure(() => db.collection('fresh').rename('third')),
        (await db.collection('fresh').rename('third', { dropTarget: true })).collectionName,
        await db.collection('third').find().toArray(),
        await failure(() => db.collection('nowhere').rename('x')),
      ];
    },
  },
  {
    name: 'commands and their mistakes',
    run: async ({ db }) => [
      await db.command({ ping: 1 }).then(({ ok }) => ok),
      await failure(() => db.command({ nope: 1 })),
      await failure(() => db.command({ find: 'x', nope: 1 })),
      await failure(() => db.command({ insert: 'x', documents: [] })),
      await failure(() => db.command({ update: 'x', updates: [{ q: {} }] })),
      await failure(() => db.command({ delete: 'x', deletes: [{ q: {}, limit: 5 }] })),
      await failure(() => db.command({ find: 'x', limit: 'y' })),
      await failure(() => db.command({ aggregate: 'x', pipeline: [] })),
      await failure(() => db.command({ distinct: 'x' })),
    ],
  },
  {
    name: 'explain tells an _id look-up from a scan',
    run: async ({ db }) => {
      const things = db.collection<{ _id: number; a: number }>('things');
      await things.insertMany([
        { _id: 1, a: 1 },
        { _id: 2, a: 2 },
      ]);
      const byId = await things.find({ _id: 1 }).explain('executionStats');
      const scan = await things.find({ a: 1 }).explain('executionStats');
      return [
        byId['queryPlanner'].winningPlan.stage,
        byId['executionStats'].nReturned,
        byId['executionStats'].totalDocsExamined,
        scan['queryPlanner'].winningPlan.stage,
        scan['executionStats'].nReturned,
        scan['executionStats'].totalDocsExamined,
      ];
    },
  },
];
