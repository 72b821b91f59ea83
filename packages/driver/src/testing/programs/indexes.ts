import type { Document } from 'mongodb';
import { failure, type Program } from './program';

/** What a plan reads, outermost stage first. */
function stages(plan: Document): string[] {
  const inner = plan['inputStage'] as Document | undefined;
  return [String(plan['stage']), ...(inner === undefined ? [] : stages(inner))];
}

export const indexPrograms: readonly Program[] = [
  {
    name: 'a hidden index is not used, and kept',
    run: async ({ db }) => {
      const users = db.collection('users');
      await users.insertMany([{ n: 1 }, { n: 2 }]);
      await users.createIndex({ n: 1 }, { name: 'n', hidden: true, unique: true });
      const plan = async () => stages((await users.find({ n: 2 }).explain())['queryPlanner'].winningPlan);
      const before = await plan();
      const taken = await failure(() => users.insertOne({ n: 2 }));
      const shown = await db.command({ collMod: 'users', index: { name: 'n', hidden: false } });
      return [
        before,
        taken,
        await failure(() => users.find({}, { hint: 'nothing' }).toArray()),
        [shown['hidden_old'], shown['hidden_new']],
        await plan(),
        await users.indexes(),
      ];
    },
  },
  {
    name: 'an index becomes unique',
    run: async ({ db }) => {
      const users = db.collection<{ _id: number; n: number; x?: number }>('users');
      await users.insertMany([
        { _id: 1, n: 1 },
        { _id: 2, n: 1 },
        { _id: 3, n: 3 },
      ]);
      await users.createIndex({ n: 1 }, { name: 'n' });
      const change = (index: Document, more: Document = {}) =>
        failure(async () => {
          const reply = await db.command({ collMod: 'users', index: { name: 'n', ...index }, ...more });
          return [reply['prepareUnique_new'], reply['unique_new']];
        });
      return [
        await change({ unique: true }),
        await change({ prepareUnique: true }),
        await failure(() => users.insertOne({ _id: 4, n: 3 })),
        (await users.updateOne({ _id: 2 }, { $set: { x: 1 } })).modifiedCount,
        await failure(() => users.updateOne({ _id: 3 }, { $set: { n: 1 } })),
        await change({ unique: true }, { dryRun: true }),
        await change({ unique: true }),
        (await users.deleteOne({ _id: 2 })).deletedCount,
        await change({ unique: true }),
        await users.indexes(),
      ];
    },
  },
  {
    name: 'options of indexes, and the same index twice',
    run: async ({ db }) => {
      const users = db.collection('users');
      const create = (key: Document, options: Document = {}) =>
        failure(() => users.createIndex(key, options));
      return [
        await create({ at: 1 }, { expireAfterSeconds: 3600 }),
        await create({ at: 1 }, { expireAfterSeconds: 3600 }),
        await create({ at: 1 }, { expireAfterSeconds: 60 }),
        await create({ at: 1, b: 1 }, { expireAfterSeconds: 60 }),
        await create({ at: 1 }, { name: 'sparse', sparse: true }),
        await create({ at: 1 }, { name: 'partial', partialFilterExpression: { b: { $gt: 1 } } }),
        await create({ at: 1 }, { name: 'partial', partialFilterExpression: { b: { $gt: 2 } } }),
        await create({ c: 1 }, { partialFilterExpression: { b: { $ne: 1 } } }),
        await create({ c: 1 }, { name: '*' }),
        await create({ $c: 1 }),
        await users.indexes(),
      ];
    },
  },
  {
    name: 'hashed and wildcard indexes',
    run: async ({ db }) => {
      const things = db.collection<{ _id: number; a?: unknown; b?: unknown }>('things');
      await things.insertMany([
        { _id: 1, a: 1, b: { c: 'x' } },
        { _id: 2, a: 'one', b: [{ c: 'x' }, { c: 'y' }] },
        { _id: 3, b: { c: null } },
      ]);
      const names = [
        await things.createIndex({ a: 'hashed' }),
        await things.createIndex({ 'b.$**': 1 }),
        await failure(() => things.createIndex({ b: 'hashed' })),
        await failure(() => things.createIndex({ a: 'hashed', b: 'hashed' })),
      ];
      const found = async (filter: Document, hint?: string) =>
        (await things.find(filter, hint === undefined ? {} : { hint }).toArray())
          .map(({ _id }) => _id)
          .sort();
      return [
        names,
        await found({ a: 1 }, 'a_hashed'),
        await found({ a: { $in: ['one', null] } }, 'a_hashed'),
        await found({ 'b.c': 'x' }, 'b.$**_1'),
        await found({ 'b.c': { $exists: true } }, 'b.$**_1'),
        await failure(() => found({ 'b.c': null }, 'b.$**_1')),
        await failure(() => things.updateOne({ _id: 1 }, { $set: { a: [1] } })),
        await things.indexes(),
      ];
    },
  },
  {
    name: 'finding places',
    run: async ({ db }) => {
      const places = db.collection<{ _id: string; at: unknown }>('places');
      const point = (lng: number, lat: number) => ({ type: 'Point', coordinates: [lng, lat] });
      await places.insertMany([
        { _id: 'Berlin', at: point(13.4, 52.52) },
        { _id: 'Paris', at: point(2.35, 48.86) },
        { _id: 'Rome', at: [12.5, 41.9] },
        { _id: 'nowhere', at: null },
      ]);
      const near = { at: { $near: { $geometry: point(11.58, 48.14), $maxDistance: 800_000 } } };
      const names = async (filter: Document) => (await places.find(filter).toArray()).map(({ _id }) => _id);
      const area = {
        type: 'Polygon',
        coordinates: [
          [
            [0, 45],
            [20, 45],
            [20, 55],
            [0, 55],
            [0, 45],
          ],
        ],
      };
      const before = await failure(() => names(near));
      await places.createIndex({ at: '2dsphere' });
      const measured = await places
        .aggregate([
          { $geoNear: { near: point(11.58, 48.14), distanceField: 'distance', includeLocs: 'place' } },
          { $limit: 2 },
        ])
        .toArray();
      return [
        before,
        await names(near),
        (await names({ at: { $geoWithin: { $geometry: area } } })).sort(),
        (await names({ at: { $geoIntersects: { $geometry: area } } })).sort(),
        (
          await names({
            at: {
              $geoWithin: {
                $box: [
                  [10, 40],
                  [15, 60],
                ],
              },
            },
          })
        ).sort(),
        measured.map(({ _id, distance, place }) => [_id, Math.round(distance), place]),
        await failure(() => places.insertOne({ _id: 'bad', at: point(500, 0) })),
        await places.indexes(),
      ];
    },
  },
  {
    name: 'searching texts',
    run: async ({ db }) => {
      const posts = db.collection<{ _id: number; title: string; body?: string; language?: string }>('posts');
      await posts.insertMany([
        { _id: 1, title: 'Coffee shops', body: 'The best coffee is made slowly.' },
        { _id: 2, title: 'Running a shop', body: 'Shops and shopping, without coffee' },
        { _id: 3, title: 'Les cafés', body: 'rapidement', language: 'french' },
      ]);
      const search = async ($search: string, more: Document = {}) => {
        const cursor = posts.find({ $text: { $search, ...more } });
        const score = { $meta: 'textScore' as const };
        const found = await cursor.project({ score }).sort({ score }).toArray();
        return found.map(({ _id, score }) => [_id, Number(score).toFixed(9)]);
      };
      const before = await failure(() => search('coffee'));
      await posts.createIndex({ title: 'text', body: 'text' }, { weights: { title: 5 }, name: 'words' });
      return [
        before,
        await search('coffee'),
        await search('shop -running'),
        await search('"best coffee"'),
        await search('cafe', { $language: 'french' }),
        await search('Coffee', { $caseSensitive: true }),
        await failure(() => search('x', { $language: 'klingon' })),
        await failure(() => posts.insertOne({ _id: 4, title: 'x', language: 'klingon' })),
        await failure(() => posts.createIndex({ title: 'text' })),
        await posts.indexes(),
      ];
    },
  },
];
