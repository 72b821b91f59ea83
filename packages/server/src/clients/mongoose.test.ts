import { sharedMongod } from '@argon/tools-mongod';
import mongoose, { Schema, type Connection, type Model } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '../testing/serve';

const SERVERS = ['mongod', 'argon serve'] as const;

/** A plugin as programs have them: who changed a document last. */
function audited(schema: Schema): void {
  schema.add({ changedBy: String });
  schema.pre('save', function () {
    this.set('changedBy', 'the plugin');
  });
  schema.method('describe', function () {
    return `${String(this.get('name'))} by ${String(this.get('changedBy'))}`;
  });
}

function models(connection: Connection) {
  const authors = new Schema({ name: { type: String, required: true, unique: true }, born: Date });
  const books = new Schema(
    {
      title: { type: String, required: true, index: true, trim: true },
      author: { type: Schema.Types.ObjectId, ref: 'Author', required: true },
      price: Schema.Types.Decimal128,
      pages: { type: Number, min: 1 },
      tags: [String],
      reviews: [{ stars: { type: Number, max: 5 }, text: String }],
      shelf: { type: Map, of: Number },
      id64: BigInt,
    },
    { timestamps: true, optimisticConcurrency: true },
  );
  authors.plugin(audited);
  books.virtual('stars').get(function () {
    return this.reviews.reduce((sum, review) => sum + (review.stars ?? 0), 0);
  });
  return { Author: connection.model('Author', authors), Book: connection.model('Book', books) };
}

describe.each(SERVERS)('mongoose on %s', (name) => {
  let served: Served | undefined;
  let connection: Connection;
  let Author: Model<any>;
  let Book: Model<any>;

  beforeAll(async () => {
    served = name === 'mongod' ? undefined : await serve();
    const uri = served?.server.uri ?? (await sharedMongod()).uri;
    connection = await mongoose
      .createConnection(uri, { dbName: `mongoose_${process.pid}`, autoIndex: false })
      .asPromise();
    ({ Author, Book } = models(connection));
    await Promise.all([Author.init(), Book.init()]);
    await Author.syncIndexes();
    await Book.syncIndexes();
  });
  afterAll(async () => {
    await connection?.dropDatabase();
    await connection?.close();
    await served?.close();
  });

  it('keeps documents with their schema, populates, and runs plugins', async () => {
    const ada = await Author.create({ name: 'Ada', born: new Date('1815-12-10') });
    expect(ada.describe()).toBe('Ada by the plugin');
    await Book.create([
      { title: ' Notes ', author: ada, price: '9.90', pages: 65, tags: ['a', 'b'], id64: 2n ** 60n },
      {
        title: 'Letters',
        author: ada,
        shelf: { upper: 3 },
        reviews: [{ stars: 5 }, { stars: 4, text: 'good' }],
      },
    ]);
    const found = await Book.find({ pages: { $exists: true } })
      .populate('author')
      .exec();
    expect(found.map(({ title, author, price, id64 }) => [title, author.name, String(price), id64])).toEqual([
      ['Notes', 'Ada', '9.90', 2n ** 60n],
    ]);
    const letters = await Book.findOne({ 'reviews.stars': 5 }).orFail();
    expect([letters.stars, letters.shelf.get('upper')]).toEqual([9, 3]);
    letters.reviews[0].stars = 1;
    letters.tags.push('new');
    await letters.save();
    expect(await Book.exists({ title: 'Letters', 'reviews.stars': 1, tags: 'new' })).not.toBeNull();
  });

  it('refuses what the schema refuses, and duplicates', async () => {
    await expect(Book.create({ title: 'x' })).rejects.toThrow(/author/);
    await expect(Author.create({ name: 'Ada' })).rejects.toMatchObject({
      code: 11000,
      keyValue: { name: 'Ada' },
    });
  });

  it('notices that somebody else has saved', async () => {
    const [one, other] = await Promise.all([
      Book.findOne({ title: 'Notes' }),
      Book.findOne({ title: 'Notes' }),
    ]);
    one!.pages = 66;
    await one!.save();
    other!.pages = 67;
    await expect(other!.save()).rejects.toMatchObject({ name: 'VersionError' });
  });

  it('queries, updates, aggregates, streams and deletes', async () => {
    const author = await Author.create({ name: 'Grace' });
    await Book.insertMany(
      Array.from({ length: 50 }, (_, i) => ({ title: `Book ${i}`, author, pages: i + 1 })),
    );
    const updated = await Book.updateMany({ pages: { $gt: 40 } }, { $addToSet: { tags: 'long' } });
    expect([updated.matchedCount, updated.modifiedCount]).toEqual([11, 11]);
    const [{ total }] = await Book.aggregate([
      { $match: { author: author._id } },
      { $group: { _id: '$author', total: { $sum: '$pages' } } },
    ]);
    expect(total).toBe(1275);
    let streamed = 0;
    for await (const book of Book.find({ author: author._id }).sort({ pages: -1 }).cursor({ batchSize: 7 })) {
      expect(book.pages).toBe(50 - streamed++);
    }
    const after = await Book.findOneAndUpdate(
      { title: 'Book 1' },
      { $inc: { pages: 1 } },
      { returnDocument: 'after' },
    );
    expect(after!.pages).toBe(3);
    expect((await Book.deleteMany({ author: author._id })).deletedCount).toBe(50);
    expect(Object.keys(await Book.collection.indexInformation()).sort()).toEqual(['_id_', 'title_1']);
  });

  it('does several things or none, in a transaction', async () => {
    await Author.createCollection();
    await connection.transaction(async (session) => {
      const [author] = await Author.create([{ name: 'Emmy' }], { session });
      await Book.create([{ title: 'Rings', author }], { session });
    });
    expect(await Book.countDocuments({ title: 'Rings' })).toBe(1);
    const failing = connection.transaction(async (session) => {
      await Book.deleteOne({ title: 'Rings' }, { session });
      await Author.create([{ name: 'Emmy' }], { session });
    });
    await expect(failing).rejects.toMatchObject({ code: 11000 });
    expect(await Book.countDocuments({ title: 'Rings' })).toBe(1);
  });

  it('watches what changes', async () => {
    const stream = Book.watch([{ $match: { operationType: 'insert' } }], { hydrate: true });
    const seen = new Promise<{ operationType: string; fullDocument: { title: string } }>(
      (resolve, reject) => {
        stream.on('change', resolve);
        stream.on('error', reject);
      },
    );
    await new Promise((resolve) => stream.on('ready', resolve));
    const writing = setInterval(
      () => void Book.create({ title: 'Seen', author: new mongoose.Types.ObjectId() }),
      200,
    );
    const change = await seen;
    clearInterval(writing);
    expect([change.operationType, change.fullDocument.title]).toEqual(['insert', 'Seen']);
    await stream.close();
  });
});
