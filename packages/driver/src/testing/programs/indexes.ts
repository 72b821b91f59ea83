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
];
