import type { Collection } from 'mongodb';
import { person, personId, type Person } from '../documents/person';
import { randomSource } from '../documents/random';
import { inParallel } from './in-parallel';

/** Documents that are read and changed: few enough that every side holds them in memory. */
const HOT = 1_000;
/** A load that takes longer than this, ms, is measured less often, but at least five times. */
const BUDGET = 30_000;

export const SERIAL = { width: 1, operations: 150, name: 'serial' };
export const CONCURRENT = { width: 32, operations: 1_600, name: '32 at once' };

export type EverydayOperation = 'insertOne' | 'updateOne' | 'findOne';
type Operation = (collection: Collection<Person>, n: number) => Promise<unknown>;

export interface EverydayOptions {
  /** Both hold the first `size` people before, and are used for nothing else. */
  readonly size: number;
  /** Samples to take of as many as asked, or operations that make one. */
  readonly samples: (asked: number) => number;
  /** Rounds that are not counted. */
  readonly warmup: number;
  /** Operations a second of each side, in the order in which they were sampled. */
  readonly record: (
    operation: EverydayOperation,
    manner: string,
    rates: readonly [number[], number[]],
  ) => void;
}

/** Does the everyday operations on two collections in turns, and checks afterwards that neither lost any. */
export async function everyday(
  sides: readonly [Collection<Person>, Collection<Person>],
  { size, samples, warmup, record }: EverydayOptions,
): Promise<void> {
  // Each inserts on from here; the documents are new to both sides.
  let inserted = size;
  let updated = 0;
  const random = randomSource(size);
  const hot = (n: number): number => (n * 7_919) % Math.min(HOT, size);
  const operations: Record<EverydayOperation, Operation> = {
    insertOne: (collection, n) => collection.insertOne(person(inserted + n)),
    updateOne: (collection, n) => collection.updateOne({ _id: personId(hot(n)) }, { $inc: { visits: 1 } }),
    findOne: (collection, n) => collection.findOne({ _id: personId(hot(n + random.below(HOT))) }),
  };
  for (const name of ['insertOne', 'updateOne', 'findOne'] as const) {
    for (const { width, name: manner, ...load } of [SERIAL, CONCURRENT]) {
      const count = samples(load.operations);
      const rounds = samples(20);
      const rates: [number[], number[]] = [[], []];
      const until = performance.now() + BUDGET;
      for (let round = -warmup; round < rounds; round++) {
        if (round >= 5 && performance.now() > until) break;
        for (const [side, collection] of sides.entries()) {
          const from = performance.now();
          await inParallel(count, width, (n) => operations[name](collection, n));
          const rate = (count / (performance.now() - from)) * 1000;
          if (round >= 0) rates[side]!.push(rate);
        }
        if (name === 'insertOne') inserted += count;
        if (name === 'updateOne') updated += count;
      }
      record(name, manner, rates);
    }
  }
  await checkSame(sides, inserted, updated);
}

/** Nothing was lost on the way: both sides hold the same number of documents and of updates. */
async function checkSame(
  sides: readonly Collection<Person>[],
  documents: number,
  updates: number,
): Promise<void> {
  let before = 0;
  for (let index = 0; index < documents; index++) before += person(index).visits;
  for (const collection of sides) {
    const [total] = await collection
      .aggregate<{ n: number; visits: number }>([
        { $group: { _id: null, n: { $sum: 1 }, visits: { $sum: '$visits' } } },
      ])
      .toArray();
    if (total?.n !== documents || total.visits !== before + updates) {
      throw new Error(`${JSON.stringify(total)} instead of ${documents} documents and ${updates} updates.`);
    }
  }
}
