import type { Collection } from 'mongodb';
import type { Program } from '../program';
import { eventsOf, marking, plain } from './watching';

interface Row {
  _id: number | string;
  a?: number;
  b?: number;
  s?: string;
  renamed?: number;
  all?: boolean;
  n?: number;
  text?: string;
  more?: string;
  c?: Record<string, unknown>;
  o?: Record<string, unknown> | null;
  list?: unknown[];
  rows?: { k: number; v: number }[];
}

/** Documents are inserted, changed in every usual way, replaced and deleted. */
async function changeEverything(table: Collection<Row>): Promise<void> {
  await table.insertOne({
    _id: 1,
    a: 1,
    o: { x: 1, y: 2 },
    list: [1, 2, 3],
    rows: [
      { k: 1, v: 1 },
      { k: 2, v: 2 },
    ],
  });
  await table.insertMany([{ _id: 2 }, { _id: 3, s: 'three' }]);
  await table.updateOne({ _id: 1 }, { $set: { a: 2 } });
  await table.updateOne({ _id: 1 }, { $set: { b: 1, 'o.z': 3, a: 3, 'o.x': 9 } });
  await table.updateOne({ _id: 1 }, { $unset: { b: 1, 'o.z': 1 } });
  await table.updateOne({ _id: 1 }, { $inc: { a: 1 }, $unset: { 'o.y': 1 }, $set: { c: { d: { e: 1 } } } });
  await table.updateOne({ _id: 1 }, { $set: { 'c.d.f': 2, 'c.g': 3 } });
  await table.updateOne({ _id: 1 }, { $push: { list: 4 } });
  await table.updateOne({ _id: 1 }, { $push: { list: { $each: [5, 6] } } });
  await table.updateOne({ _id: 1 }, { $pop: { list: 1 } });
  await table.updateOne({ _id: 1 }, { $pull: { list: 2 } });
  await table.updateOne({ _id: 1 }, { $set: { 'list.0': 'first' } });
  await table.updateOne({ _id: 1, 'rows.k': 2 }, { $set: { 'rows.$.v': 3 } });
  await table.updateOne({ _id: 1 }, { $set: { 'rows.$[r].w': 1 } }, { arrayFilters: [{ 'r.k': 1 }] });
  await table.updateOne({ _id: 1 }, { $rename: { a: 'renamed' } });
  await table.updateOne({ _id: 1 }, { $set: { o: null, list: [], 'rows.1.u': [1] } });
  await table.updateOne({ _id: 1 }, { $set: { renamed: 4 } });
  await table.updateMany({}, { $set: { all: true } });
  await table.updateOne({ _id: 'new' }, { $set: { a: 1 } }, { upsert: true });
  await table.replaceOne({ _id: 2 }, { s: 'replaced' });
  await table.findOneAndReplace({ _id: 2 }, { s: 'again', list: [1] });
  await table.findOneAndUpdate({ _id: 3 }, { $set: { s: 'drei' } });
  await table.deleteOne({ _id: 3 });
  await table.deleteMany({ _id: { $in: [1, 2] } });
}

async function byPipelines(table: Collection<Row>): Promise<void> {
  const text = 'a text that is long enough for a difference to be worth while';
  await table.insertOne({
    _id: 1,
    text,
    more: text,
    list: [1, 2, 3, { a: 1, text }],
    o: { text, n: 1, gone: 1 },
  });
  await table.updateOne({ _id: 1 }, [{ $set: { n: { $add: [1, 1] } } }]);
  await table.updateOne({ _id: 1 }, [{ $set: { n: { $add: ['$n', 1] }, 'o.n': 2 } }, { $unset: 'o.gone' }]);
  await table.updateOne({ _id: 1 }, [{ $set: { list: { $slice: ['$list', 2] } } }]);
  await table.updateOne({ _id: 1 }, [{ $set: { list: { $concatArrays: ['$list', [7, 8]] } } }]);
  await table.updateOne({ _id: 1 }, [{ $set: { list: { $reverseArray: '$list' } } }]);
  await table.updateOne({ _id: 1 }, [{ $replaceWith: { _id: 1, text: 'short' } }]);
  await table.updateOne({ _id: 1 }, [{ $set: { text: 'longer than it was before' } }]);
  await table.updateOne({ _id: 1 }, [{ $set: { z: 1, y: 2 } }]);
}

export const documentPrograms: readonly Program[] = [
  {
    name: 'a change stream of a collection',
    run: async ({ db }) => {
      const table = db.collection<Row>('table');
      await db.createCollection('table');
      const events = await eventsOf(
        table,
        {},
        () => changeEverything(table),
        marking(db.collection('table')),
      );
      return events.map(plain);
    },
  },
  {
    name: 'a change stream with images and expanded events',
    run: async ({ db }) => {
      const table = db.collection<Row>('table');
      await db.createCollection('table', { changeStreamPreAndPostImages: { enabled: true } });
      const options = {
        fullDocument: 'whenAvailable',
        fullDocumentBeforeChange: 'required',
        showExpandedEvents: true,
      };
      const events = await eventsOf(
        table,
        options,
        () => changeEverything(table),
        marking(db.collection('table')),
      );
      return events.map(plain);
    },
  },
  {
    name: 'a change stream of updates by pipelines',
    run: async ({ db }) => {
      const table = db.collection<Row>('table');
      await db.createCollection('table');
      const events = await eventsOf(table, {}, () => byPipelines(table), marking(db.collection('table')));
      return events.map(plain);
    },
  },
];
