import { Binary, Decimal128, Double, Int32, Long, ObjectId, Timestamp, UUID } from 'mongodb';
import { failure, type Program } from './program';

/** What identifies a document, and what a server fills in. */
export const idPrograms: readonly Program[] = [
  {
    name: 'insertOne makes an ObjectId',
    run: async ({ db }) => {
      const { insertedId, acknowledged } = await db.collection('users').insertOne({ name: 'Ada' });
      const found = await db.collection('users').findOne({ _id: insertedId });
      return [acknowledged, insertedId instanceof ObjectId, found?.['name'], Object.keys(found!)];
    },
  },
  {
    name: 'a second document with the same _id is refused',
    run: async ({ db }) => {
      const users = db.collection<{ _id: number }>('users');
      await users.insertOne({ _id: 1 });
      return [await failure(() => users.insertOne({ _id: 1 })), await users.countDocuments()];
    },
  },
  {
    name: 'equal numbers of different types are the same _id',
    run: async ({ db }) => {
      const things = db.collection<{ _id: unknown }>('things');
      await things.insertOne({ _id: new Int32(1) });
      return [
        await failure(() => things.insertOne({ _id: new Double(1) })),
        await failure(() => things.insertOne({ _id: Long.fromNumber(1) })),
        await failure(() => things.insertOne({ _id: Decimal128.fromString('1.0') })),
        await things.countDocuments({ _id: Decimal128.fromString('1.00') }),
      ];
    },
  },
  {
    name: 'what cannot be an _id',
    run: async ({ db }) => [
      await failure(() => db.collection<{ _id: unknown }>('a').insertOne({ _id: [1] })),
      await failure(() => db.collection<{ _id: unknown }>('a').insertOne({ _id: /x/ })),
      await failure(() => db.collection<{ _id: unknown }>('a').insertOne({ _id: { $a: 1 } })),
      await db.collection('a').countDocuments(),
    ],
  },
  {
    name: 'numeric, string, compound, binary and null _ids are made, changed and deleted alike',
    run: async ({ db }) => {
      const things = db.collection<{ _id: unknown; n: number }>('things');
      const ids = [
        7,
        'seven',
        { a: 1, b: 'x' },
        { b: 'x', a: 1 },
        new Binary(Buffer.from([1, 2, 3])),
        new UUID('0123456789abcdef0123456789abcdef'),
        null,
        true,
        new Date(0),
        new ObjectId('0123456789abcdef01234567'),
        Long.fromString('9007199254740993'),
        new Timestamp({ t: 1, i: 2 }),
      ];
      await things.insertMany(ids.map((_id, n) => ({ _id, n })));
      const found = await Promise.all(ids.map((_id) => things.findOne({ _id: _id as never })));
      const updated = await Promise.all(
        ids.map((_id) => things.updateOne({ _id: _id as never }, { $inc: { n: 100 } })),
      );
      const deleted = await Promise.all(ids.map((_id) => things.deleteOne({ _id: _id as never })));
      return [found, updated, deleted, await things.countDocuments()];
    },
  },
  {
    name: 'empty timestamps are filled in, of the first level only',
    run: async ({ db }) => {
      const things = db.collection<{ _id: unknown; [name: string]: unknown }>('things');
      const empty = new Timestamp({ t: 0, i: 0 });
      const zero = Long.fromNumber(0);
      await things.insertMany([
        { _id: 1, at: empty },
        { _id: 2, at: empty, zero, n: new Double(0), day: new Date(0) },
        { _id: 3, zero, text: '', deep: { at: empty }, list: [empty] },
        { _id: 4, at: new Timestamp({ t: 0, i: 1 }), name: 'not empty' },
        { _id: 5, a: zero, 'a name that is longer than nine bytes': empty, b: empty },
        { _id: empty, zero },
      ]);
      await things.insertOne({ _id: 7, padding: 'x'.repeat(100), at: empty });
      const found = await things.find({}, { promoteValues: false }).sort({ n: 1, _id: 1 }).toArray();
      // When it was is nobody's business here.
      return found.map(({ _id, ...fields }) => [
        _id,
        Object.entries(fields).map(([name, value]) =>
          value instanceof Timestamp && value.t > 1 ? [name, 'now'] : [name, value],
        ),
      ]);
    },
  },
];
