import type { Doc, Value } from '@argon/bson';
import type { Random } from '../../../match/testing/random';
import { RandomFilters } from '../../../match/testing/random-filters';
import { RandomProjections } from '../../../match/testing/random-projections';
import { NAMES, randomCollection, randomScalar } from '../../../match/testing/random-values';
import { command, findCommand, insertCommand, NATURAL } from '../commands';
import type { Kind } from '../kind';

/** Ends with `_id`, for mongod leaves open in which order equal documents come. */
function randomSort(random: Random): Doc {
  const sort: Doc = new Map();
  for (let left = random.pick([1, 1, 2, 3]); left > 0; left--) {
    const parts = random.many(1, random.pick([1, 2, 2, 3]), () => random.pick(NAMES));
    sort.set(parts.join('.'), random.chance(0.02) ? randomScalar(random) : random.pick<Value>([1, -1]));
  }
  return sort.set('_id', random.pick([1, -1]));
}

/** Sorts with limits and skips. Two arrays on a sort's paths end it, so there are few documents. */
export const SORTS: Kind = {
  name: 'sorts',
  share: 7,
  blockSize: 150,
  block(random, size) {
    const documents = randomCollection(random, random.pick([4, 6, 6, 12]));
    const next = (): Doc =>
      findCommand('c', {
        projection: new Map([['key', new Map([['$meta', 'sortKey']])]]),
        sort: randomSort(random),
        limit: random.chance(0.3) ? 1 + random.below(5) : undefined,
        skip: random.chance(0.2) ? random.below(5) : undefined,
        hint: NATURAL,
      });
    return {
      setup: [insertCommand('c', documents)],
      cases: Array.from({ length: size }, () => ({ commands: [next()] })),
    };
  },
};

/** For a positional projection a filter that looks at the same array, or it would hardly ever work. */
function filterFor(random: Random, filters: RandomFilters, projection: Doc): Doc {
  const positional = [...projection.keys()].find((name) => name.endsWith('.$'));
  if (positional === undefined) return random.chance(0.7) ? new Map() : filters.filter();
  const filter: Doc = new Map([[positional.slice(0, -2), filters.operators(1)]]);
  if (random.chance(0.4)) for (const [name, value] of filters.filter(1)) filter.set(name, value);
  return filter;
}

/** Projections of every kind that find has, and the same through findAndModify. */
export const PROJECTIONS: Kind = {
  name: 'projections',
  share: 9,
  blockSize: 250,
  block(random, size) {
    const documents = randomCollection(random, 25);
    const filters = new RandomFilters(random, documents);
    const projections = new RandomProjections(random, filters);
    const next = (): Doc => {
      const projection = projections.projection();
      return findCommand('c', { filter: filterFor(random, filters, projection), projection, hint: NATURAL });
    };
    return {
      setup: [insertCommand('c', documents)],
      cases: Array.from({ length: size }, () => ({ commands: [next()] })),
    };
  },
};

/** `distinct`, over arrays and documents of all types. */
export const DISTINCT: Kind = {
  name: 'distinct',
  share: 3,
  blockSize: 200,
  block(random, size) {
    const documents = randomCollection(random, 20);
    const filters = new RandomFilters(random, documents);
    const next = (): Doc =>
      command(
        ['distinct', 'c'],
        ['key', random.many(1, 3, () => random.pick(NAMES)).join('.')],
        ['query', random.chance(0.5) ? filters.filter(1) : undefined],
      );
    return {
      setup: [insertCommand('c', documents)],
      cases: Array.from({ length: size }, () => ({ commands: [next()] })),
    };
  },
};
