import { person } from '../documents/person';
import { EVERYDAY_OPERATIONS, type EverydayOperation, type Side } from './everyday-load';

/** A load that takes longer than this, ms, is measured less often, but at least five times. */
const BUDGET = 30_000;
/** Operations of a kind that are not counted, before those that are: the programs meant here run for longer than that. */
const WARMUP = 4_000;

const SERIAL = { width: 1, operations: 150, name: 'serial' };
const CONCURRENT = { width: 32, operations: 1_600, name: '32 at once' };

/** For a scenario's `about`: how these figures come about. */
export const HOW = `A sample is ${SERIAL.operations} operations one after another, or ${CONCURRENT.operations.toLocaleString('en')} with 32 under way; in turns, after ${WARMUP.toLocaleString('en')} of the kind that are not counted. Making the documents is not counted either.`;

export interface EverydayOptions {
  /** Both hold the first `size` people before, and are used for nothing else. */
  readonly size: number;
  /** Samples to take of as many as asked, or operations that make one. */
  readonly samples: (asked: number) => number;
  /** Operations a second of each side, in the order in which they were sampled. */
  readonly record: (
    operation: EverydayOperation,
    manner: string,
    rates: readonly [number[], number[]],
  ) => void;
}

/** Does the everyday operations on two collections in turns, and checks afterwards that neither lost any. */
export async function everyday(
  sides: readonly [Side, Side],
  { size, samples, record }: EverydayOptions,
): Promise<void> {
  // Each inserts on from here; the documents are new to both sides.
  let people = size;
  let updated = 0;
  for (const operation of EVERYDAY_OPERATIONS) {
    for (const { width, name: manner, ...load } of [SERIAL, CONCURRENT]) {
      const count = samples(load.operations);
      const rounds = samples(20);
      const warmup = Math.ceil(samples(WARMUP) / count);
      const rates: [number[], number[]] = [[], []];
      let until = Infinity;
      for (let round = -warmup; round < rounds; round++) {
        if (round === 0) until = performance.now() + BUDGET;
        if (round >= 5 && performance.now() > until) break;
        for (const [i, side] of sides.entries()) {
          const rate = await side.run({ operation, width, count, size: people, seed: size + round });
          if (round >= 0) rates[i]!.push(rate);
        }
        if (operation === 'insertOne') people += count;
        if (operation === 'updateOne') updated += count;
      }
      record(operation, manner, rates);
    }
  }
  await checkSame(sides, people, updated);
}

/** Nothing was lost on the way: both sides hold the same number of documents and of updates. */
async function checkSame(sides: readonly Side[], people: number, updates: number): Promise<void> {
  let before = 0;
  for (let index = 0; index < people; index++) before += person(index).visits;
  for (const side of sides) {
    const totals = await side.totals();
    if (totals.people !== people || totals.visits !== before + updates) {
      throw new Error(`${JSON.stringify(totals)} instead of ${people} people and ${updates} updates.`);
    }
  }
}
