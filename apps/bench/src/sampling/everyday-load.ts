import type { Collection } from 'mongodb';
import { person, personId, type Person } from '../documents/person';
import { randomSource } from '../documents/random';
import { inParallel } from './in-parallel';

/** Documents that are read and changed: few enough that every side holds them in memory. */
const HOT = 1_000;

export const EVERYDAY_OPERATIONS = ['insertOne', 'updateOne', 'findOne'] as const;
export type EverydayOperation = (typeof EVERYDAY_OPERATIONS)[number];

/** So many operations of one kind, `width` under way at once. */
export interface Load {
  readonly operation: EverydayOperation;
  readonly width: number;
  readonly count: number;
  /** How many people there are; who is inserted comes after them. */
  readonly size: number;
  /** Which of them are read. */
  readonly seed: number;
}

export interface Totals {
  readonly people: number;
  readonly visits: number;
}

/** What the everyday operations are done on: a collection of this process, or of a process of its own. */
export interface Side {
  /** Does them. @returns operations a second */
  run(load: Load): Promise<number>;
  totals(): Promise<Totals>;
}

/** A collection that this very process has open. */
export function sideOf(collection: Collection<Person>): Side {
  return {
    run: async (load) => {
      const operation = operationOf(collection, load);
      const from = performance.now();
      await inParallel(load.count, load.width, operation);
      return (load.count / (performance.now() - from)) * 1000;
    },
    totals: async () => {
      const [totals] = await collection
        .aggregate<Totals>([
          { $group: { _id: null, people: { $sum: 1 }, visits: { $sum: '$visits' } } },
          { $project: { _id: 0 } },
        ])
        .toArray();
      return totals ?? { people: 0, visits: 0 };
    },
  };
}

/** The nth operation; what it needs is made beforehand, for that is the program's own work. */
function operationOf(
  collection: Collection<Person>,
  { operation, count, size, seed }: Load,
): (n: number) => Promise<unknown> {
  const random = randomSource(seed);
  const make = <T>(what: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => what(n));
  const hot = (n: number) => personId((n * 7_919) % Math.min(HOT, size));
  switch (operation) {
    case 'insertOne': {
      const people = make((n) => person(size + n));
      return (n) => collection.insertOne(people[n]!);
    }
    case 'updateOne': {
      const ids = make(hot);
      return (n) => collection.updateOne({ _id: ids[n]! }, { $inc: { visits: 1 } });
    }
    case 'findOne': {
      const ids = make((n) => hot(n + random.below(HOT)));
      return (n) => collection.findOne({ _id: ids[n]! });
    }
  }
}
