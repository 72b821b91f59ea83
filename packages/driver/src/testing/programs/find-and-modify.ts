import { failure, type Program } from './program';

interface Job {
  _id: number;
  state: string;
  priority: number;
  log?: string[];
}

const jobs: Job[] = [
  { _id: 1, state: 'open', priority: 5 },
  { _id: 2, state: 'open', priority: 9 },
  { _id: 3, state: 'done', priority: 1 },
];

export const findAndModifyPrograms: readonly Program[] = [
  {
    name: 'findOneAndUpdate, before and after',
    run: async ({ db }) => {
      const queue = db.collection<Job>('queue');
      await queue.insertMany(jobs);
      return [
        await queue.findOneAndUpdate(
          { state: 'open' },
          { $set: { state: 'taken' } },
          { sort: { priority: -1 } },
        ),
        await queue.findOneAndUpdate({ _id: 1 }, { $push: { log: 'x' } }, { returnDocument: 'after' }),
        await queue.findOneAndUpdate({ _id: 99 }, { $set: { state: 'x' } }),
        await queue.findOneAndUpdate(
          { _id: 2 },
          { $inc: { priority: 1 } },
          { projection: { priority: 1, _id: 0 } },
        ),
        await queue.find().sort({ _id: 1 }).toArray(),
      ];
    },
  },
  {
    name: 'findOneAndUpdate with upsert',
    run: async ({ db }) => {
      const queue = db.collection<Job>('queue');
      return [
        await queue.findOneAndUpdate({ _id: 7 }, { $set: { state: 'new' } }, { upsert: true }),
        await queue.findOneAndUpdate(
          { _id: 8 },
          { $set: { state: 'new' } },
          { upsert: true, returnDocument: 'after' },
        ),
        await queue
          .findOneAndUpdate(
            { _id: 9 },
            { $set: { state: 'new' } },
            { upsert: true, includeResultMetadata: true, returnDocument: 'after' },
          )
          .then(({ lastErrorObject, value }) => ({ lastErrorObject, value })),
      ];
    },
  },
  {
    name: 'findOneAndReplace and findOneAndDelete',
    run: async ({ db }) => {
      const queue = db.collection<Job>('queue');
      await queue.insertMany(jobs);
      return [
        await queue.findOneAndReplace(
          { _id: 1 },
          { state: 'fresh', priority: 0 },
          { returnDocument: 'after' },
        ),
        await queue.findOneAndDelete({ state: 'open' }, { sort: { priority: 1 } }),
        await queue.findOneAndDelete({ state: 'nowhere' }),
        await queue.find().sort({ _id: 1 }).toArray(),
      ];
    },
  },
  {
    name: 'findAndModify mistakes',
    run: async ({ db }) => {
      await db.collection<Job>('queue').insertMany(jobs);
      return [
        await failure(() => db.command({ findAndModify: 'queue', query: {}, remove: true, update: {} })),
        await failure(() => db.command({ findAndModify: 'queue', query: {} })),
        await failure(() =>
          db.command({ findAndModify: 'queue', query: { _id: 1 }, update: { $inc: { state: 1 } } }),
        ),
        await failure(() =>
          db.command({ findAndModify: 'queue', query: { _id: 1 }, remove: true, new: true }),
        ),
      ];
    },
  },
];
