import { BSON } from 'mongodb';
import { article, newSummary, type Article } from '../documents/article';
import { personId } from '../documents/person';
import type { Scenario } from './scenario';

const ROUNDS = 5;
const BATCH = 500;
const COLLECTION = 'articles';

/** A small change of a large document must not write the document again. */
export const logGrowthScenario: Scenario = {
  name: 'log-growth',
  title: 'Log bytes / changed bytes',
  about: `Documents of 4 KiB; ${ROUNDS} rounds in which every one gets a new field of about 200 bytes, each change a commit of its own. Log bytes: what the store grows by. Changed bytes: the BSON of what is set.`,
  stores: ['lmdb'],
  sizes: { lmdb: [5_000] },
  most: 20_000,
  run: async (bench) => {
    const argon = await bench.empty();
    const articles = argon.db().collection<Article>(COLLECTION);
    for (let at = 0; at < bench.size; at += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, bench.size - at) }, (_, i) => article(at + i));
      await articles.insertMany(batch);
    }
    const before = await argon.store.size();
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
    const grown = (await argon.store.size()) - before;
    const last = await articles.findOne({ _id: personId(bench.size - 1) });
    if (last?.summary !== newSummary(bench.size - 1, ROUNDS))
      throw new Error('The last change is not there.');
    bench.value('log bytes per change', 'bytes', grown / (bench.size * ROUNDS));
    bench.value('log bytes / changed bytes', 'ratio', grown / changed, { target: { most: 3 } });
  },
};
