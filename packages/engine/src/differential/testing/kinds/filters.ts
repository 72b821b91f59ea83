import type { Doc } from '@argon/bson';
import type { Random } from '../../../match/testing/random';
import { RandomFilters } from '../../../match/testing/random-filters';
import { RandomPatterns } from '../../../match/testing/random-patterns';
import { RandomSchemas } from '../../../match/testing/random-schemas';
import { randomCollection } from '../../../match/testing/random-values';
import { aggregateCommand, command, findCommand, insertCommand, NATURAL } from '../commands';
import type { Block, Case, Kind } from '../kind';

const DOCUMENTS = 50;

function blockOf(documents: readonly Doc[], size: number, next: () => Case): Block {
  return { setup: [insertCommand('c', documents)], cases: Array.from({ length: size }, next) };
}

/** A filter asked through find, count, distinct, aggregate. */
function asked(random: Random, filter: Doc): Case {
  const way = random.next();
  if (way < 0.7) {
    return { commands: [findCommand('c', { filter, projection: new Map([['_id', 1]]), hint: NATURAL })] };
  }
  if (way < 0.8) return { commands: [command(['count', 'c'], ['query', filter], ['hint', NATURAL])] };
  const stages = [new Map([['$match', filter]]), new Map([['$project', new Map([['_id', 1]])]])];
  return { commands: [aggregateCommand('c', stages, { hint: NATURAL })] };
}

/** All query operators over documents of all types. */
export const FILTERS: Kind = {
  name: 'filters',
  share: 18,
  blockSize: 400,
  block(random, size) {
    const documents = randomCollection(random, DOCUMENTS);
    const filters = new RandomFilters(random, documents);
    return blockOf(documents, size, () => asked(random, filters.filter()));
  },
};

/** `$jsonSchema`. */
export const SCHEMAS: Kind = {
  name: 'schemas',
  share: 4,
  blockSize: 400,
  block(random, size) {
    const documents = randomCollection(random, DOCUMENTS);
    const schemas = new RandomSchemas(random, documents);
    return blockOf(documents, size, () => asked(random, new Map([['$jsonSchema', schemas.schema()]])));
  },
};

/** `$regex` over short texts. */
export const PATTERNS: Kind = {
  name: 'patterns',
  share: 6,
  blockSize: 400,
  block(random, size) {
    const patterns = new RandomPatterns(random);
    return blockOf(patterns.documents(DOCUMENTS), size, () => asked(random, patterns.filter()));
  },
};
