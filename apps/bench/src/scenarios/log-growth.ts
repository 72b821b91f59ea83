import { BSON, type Collection } from 'mongodb';
import { article, newSummary, type Article } from '../documents/article';
import { personId } from '../documents/person';
import type { Bench } from '../run/bench';
import type { Scenario } from './scenario';

const ROUNDS = 5;
const BATCH = 500;
const COLLECTION = 'articles';

/** A small change of a large document must not write the document again. */
export const logGrowthScenario: Scenario = {
  name: 'log-growth',
  title: 'Log bytes / changed bytes',
  about: `Documents of 4 KiB; ${ROUNDS} rounds in which every one gets a new field of about 200 bytes, each change a commit of its own. Log bytes: what the closed store grows by, free pages of the data file not counted. Changed bytes: the BSON of what is set. Texts are English words, which compress.`,
  stores: ['lmdb'],
  sizes: { lmdb: [5_000] },
  most: 20_000,
  run: async (bench) => {
    const first = await bench.empty();
    const { address } = first;
    await insertAll(bench, first.db().collection<Article>(COLLECTION));
    await first.close();
    const before = await bench.usedBytes(address);
    const argon = await bench.open(address);
    const articles = argon.db().collection<Article>(COLLECTION);
    let changed = 0;
    for (let round = 1; round <= ROUNDS; round++) {
      for (let at = 0; at < bench.size; at += BATCH) {
        const sets = Array.from({ length: Math.min(BATCH, bench.size - at) }, (_, i) => ({
          summary: newSummary(at + i, round),
        }));
        changed += sets.reduce((sum, set) => sum + BSON.calculateObjectSize(set), 0);
        const { modifiedCount } = await articles.bulkWrite(
          sets.map((set, i) => ({
            updateOne: { filter: { _id: personId(at + i) }, update: { $set: set } },
          })),
        );
        if (modifiedCount !== sets.length) throw new Error(`${modifiedCount} articles were changed.`);
      }
    }
    const last = await articles.findOne({ _id: personId(bench.size - 1) });
    if (last?.summary !== newSummary(bench.size - 1, ROUNDS))
      throw new Error('The last change is not there.');
    await argon.close();
    const grown = (await bench.usedBytes(address)) - before;
    bench.value('log bytes per change', 'bytes', grown / (bench.size * ROUNDS));
    bench.value('log bytes / changed bytes', 'ratio', grown / changed, { target: { most: 3 } });
  },
};

async function insertAll(bench: Bench, articles: Collection<Article>): Promise<void> {
  for (let at = 0; at < bench.size; at += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, bench.size - at) }, (_, i) => article(at + i));
    await articles.insertMany(batch);
  }
}
