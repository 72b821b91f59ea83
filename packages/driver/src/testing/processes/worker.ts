/**
 * One of several processes that use one store at once. Arguments: address, job, worker's number, count. Prints a line
 * of JSON when done.
 */
import { ArgonClient } from '../../client/argon-client';

const [address, job, worker, count] = [
  process.argv[2]!,
  process.argv[3]!,
  Number(process.argv[4]),
  Number(process.argv[5]),
];
const client = new ArgonClient(address);
const db = client.db('race');

/** Increments one document, one acknowledged update after another. */
async function increment(): Promise<unknown> {
  const counters = db.collection<{ _id: number; n: number }>('counters');
  for (let i = 0; i < count; i++) await counters.updateOne({ _id: 1 }, { $inc: { n: 1 } });
  return { updates: count };
}

const BATCH = 10;

/** Inserts batches, and after each reads everything: a batch must be there whole or not at all. */
async function batches(): Promise<unknown> {
  const rows = db.collection<{ _id: string; batch: string }>('rows');
  let torn = 0;
  let mine = 0;
  for (let i = 0; i < count; i++) {
    const batch = `${worker}-${i}`;
    await rows.insertMany(Array.from({ length: BATCH }, (_, k) => ({ _id: `${batch}-${k}`, batch })));
    mine++;
    if (i % 10 !== 0) continue;
    const sizes = new Map<string, number>();
    for (const row of await rows.find({}, { batchSize: 100_000 }).toArray()) {
      sizes.set(row.batch, (sizes.get(row.batch) ?? 0) + 1);
    }
    for (const size of sizes.values()) if (size !== BATCH) torn++;
    // What this process was told is stored is there when it looks.
    if ([...sizes.keys()].filter((each) => each.startsWith(`${worker}-`)).length !== mine) torn++;
  }
  return { batches: count, torn };
}

/** Inserts documents that say when they were acknowledged, one after another, with pauses as people make them. */
async function stamps(): Promise<unknown> {
  const stamped = db.collection<{ _id: number; worker: number; last?: number }>('stamps');
  let last = 0;
  for (let i = 0; i < count; i++) {
    await stamped.insertOne({ _id: i, worker, last });
    last = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  await stamped.insertOne({ _id: count, worker, last });
  return { inserted: count };
}

const JOBS: Readonly<Record<string, () => Promise<unknown>>> = { increment, batches, stamps };
const result = await JOBS[job]!();
await client.close();
process.stdout.write(`${JSON.stringify(result)}\n`);
