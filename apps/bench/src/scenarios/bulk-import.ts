import type { Collection } from 'mongodb';
import { PEOPLE } from '../documents/load';
import { people, person, type Person } from '../documents/person';
import { inParallel } from '../sampling/in-parallel';
import { Stalls } from '../sampling/stalls';
import type { Scenario } from './scenario';

const BATCH = 1_000;
const WIDTH = 4;
/** Documents per sample. */
const STRETCH = 20_000;

/** Getting data in, and what everybody else in the process notices of it. */
export const bulkImportScenario: Scenario = {
  name: 'bulk-import',
  title: 'Bulk import',
  about: `insertMany of ${BATCH.toLocaleString('en')} documents, ${WIDTH} of them under way at once, with the same official driver, durable; making the documents is not counted. A sample is a stretch of up to ${STRETCH.toLocaleString('en')} documents; Argon and mongod in turns. Stall: the longest that the event loop was late.`,
  stores: ['lmdb'],
  sizes: { lmdb: [100_000, 1_000_000] },
  run: async (bench) => {
    const argon = await bench.empty();
    const sides = [
      { subject: 'Argon', collection: argon.db().collection<Person>(PEOPLE) as Collection<Person> },
    ];
    const { mongod } = bench.peers;
    if (mongod !== undefined) {
      const { db, drop } = mongod.database();
      bench.finally(drop);
      sides.push({ subject: 'mongod', collection: db.collection<Person>(PEOPLE) });
    }
    const measured = sides.map((side) => ({ ...side, rates: [] as number[], stalls: new Stalls() }));
    const stretch = Math.min(STRETCH, Math.ceil(bench.size / 5));
    for (let at = 0; at < bench.size; at += stretch) {
      const documents = people(at, Math.min(bench.size, at + stretch));
      for (const side of measured) {
        side.stalls.begin();
        const from = performance.now();
        await insert(side.collection, documents);
        side.rates.push((documents.length / (performance.now() - from)) * 1000);
        await side.stalls.end();
      }
    }
    for (const { subject, collection, rates, stalls } of measured) {
      const found = await collection.countDocuments();
      if (found !== bench.size) throw new Error(`${subject} holds ${found} of ${bench.size} documents.`);
      const last = await collection.findOne({ _id: person(bench.size - 1)._id });
      if (last?.email !== person(bench.size - 1).email) throw new Error(`${subject} lost the last document.`);
      const ours = subject === 'Argon';
      bench.distribution('documents per second', rates, {
        subject,
        unit: '1/s',
        ...(ours ? { target: { least: 50_000 } } : {}),
      });
      bench.value('longest event-loop stall', 'ms', stalls.longest, {
        subject,
        ...(ours ? { target: { most: 50 } } : {}),
      });
    }
    const [ours, theirs] = measured;
    if (theirs !== undefined) {
      bench.ratio('documents per second', ours!.rates, theirs.rates, { subject: 'Argon / mongod' });
    }
  },
};

async function insert(collection: Collection<Person>, documents: readonly Person[]): Promise<void> {
  await inParallel(Math.ceil(documents.length / BATCH), WIDTH, (i) =>
    collection.insertMany(documents.slice(i * BATCH, (i + 1) * BATCH)),
  );
}
