import { MongoServerError, type ClientSession, type Collection, type Db } from 'mongodb';

interface Item {
  _id: number | string;
  n?: number;
  unique?: number;
  text?: string;
  list?: number[];
}

/** A random number generator that can be repeated. */
export function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const COLLECTIONS = ['a', 'b', 'c', 'd'];

/** One client that changes documents of several collections, and now and then collections and indexes. */
export class RandomWriter {
  /** What mongod acknowledged. */
  writes = 0;

  constructor(
    private readonly db: Db,
    private readonly pick: (below: number) => number,
    /** How many in a thousand are about collections or indexes. */
    private readonly catalog: number,
    private readonly prefix = '',
  ) {}

  /** Does one thing; what mongod refuses (a unique index, a collection that is not there) is left. */
  async write(): Promise<void> {
    const isCatalog = this.pick(1000) < this.catalog;
    try {
      await (isCatalog ? this.#changeCatalog() : this.#changeDocuments());
      this.writes++;
    } catch (error) {
      if (!(error instanceof MongoServerError)) throw error;
    }
  }

  async until(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) await this.write();
  }

  #collection(): Collection<Item> {
    return this.db.collection<Item>(this.#name());
  }

  #name(): string {
    return this.prefix + COLLECTIONS[this.pick(COLLECTIONS.length)]!;
  }

  #id(): number | string {
    const n = this.pick(3000);
    return n % 3 === 0 ? `id ${n}` : n;
  }

  async #changeDocuments(): Promise<void> {
    const { pick } = this;
    const items = this.#collection();
    const one = { _id: this.#id() };
    switch (pick(9)) {
      case 0:
      case 1:
        await items.insertMany(
          Array.from({ length: 1 + pick(20) }, () => ({ _id: this.#id(), n: pick(100), unique: pick(1e9) })),
          { ordered: false },
        );
        break;
      case 2:
        await items.updateOne(
          one,
          { $set: { text: 'x'.repeat(pick(300)) }, $inc: { n: 1 } },
          { upsert: true },
        );
        break;
      case 3:
        await items.updateMany({ n: pick(100) }, { $push: { list: pick(10) }, $unset: { text: '' } });
        break;
      case 4:
        await items.replaceOne(one, { n: pick(100), unique: pick(1e9) }, { upsert: true });
        break;
      case 5:
        await items.deleteOne(one);
        break;
      case 6:
        await items.deleteMany({ n: pick(100) });
        break;
      case 7:
        // Fields change their order.
        await items.updateOne(one, [{ $replaceWith: { _id: '$_id', z: '$n', n: { $ifNull: ['$z', 1] } } }]);
        break;
      default:
        await this.#transaction();
    }
  }

  async #transaction(): Promise<void> {
    const { pick, db } = this;
    const session: ClientSession = db.client.startSession();
    try {
      await session.withTransaction(
        async () => {
          for (let i = 1 + pick(5); i > 0; i--)
            await this.#collection().updateOne(
              { _id: this.#id() },
              { $inc: { n: 1 }, $set: { at: i } },
              { session, upsert: pick(2) === 0 },
            );
          if (pick(4) === 0) await session.abortTransaction();
        },
        { timeoutMS: 5000 },
      );
    } finally {
      await session.endSession();
    }
  }

  async #changeCatalog(): Promise<void> {
    const { pick, db } = this;
    const name = this.#name();
    switch (pick(8)) {
      case 0:
        await db.collection(name).drop();
        break;
      case 1:
        await db.collection(name).rename(this.#name(), { dropTarget: pick(2) === 0 });
        break;
      case 2:
        await db.createCollection(name, { validator: { n: { $lt: 1e9 } } });
        break;
      case 3:
        await db.collection(name).createIndex({ n: pick(2) === 0 ? 1 : -1 });
        break;
      case 4:
        await db.collection(name).createIndex({ unique: 1 }, { unique: true, sparse: true });
        break;
      case 5:
        await db.collection(name).dropIndexes();
        break;
      case 6:
        await db.command({
          collMod: name,
          validator: { n: { $lt: 1e9 + pick(5) } },
          validationLevel: 'moderate',
        });
        break;
      default:
        await db
          .collection(name)
          .aggregate([{ $match: { n: { $lt: pick(100) } } }, { $out: this.#name() }])
          .toArray();
    }
  }
}
