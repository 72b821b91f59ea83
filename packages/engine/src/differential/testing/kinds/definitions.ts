import type { Doc, Value } from '@argon/bson';
import type { Random } from '../../../match/testing/random';
import { RandomFilters } from '../../../match/testing/random-filters';
import { knownValue, randomCollection } from '../../../match/testing/random-values';
import { command, findCommand, insertCommand, NATURAL } from '../commands';
import { text } from '../answer';
import type { Case, Kind } from '../kind';
import { plainIndexDefinition, randomIndexDefinition } from '../random-index-options';

const NAMES = ['a', 'b', 'c', 'd'] as const;

/** Definitions of indexes, each made and dropped again, with what listIndexes tells of them. */
export const DEFINITIONS: Kind = {
  name: 'index definitions',
  share: 2,
  blockSize: 60,
  block(random, size) {
    const documents = randomCollection(random, random.pick([0, 3, 8]));
    const filters = new RandomFilters(random, [new Map([['_id', 0]]), ...documents]);
    const setup = documents.length === 0 ? [command(['create', 'c'])] : [insertCommand('c', documents)];
    return {
      setup,
      cases: Array.from({ length: size }, (_, number) => definitionCase(random, filters, number)),
    };
  },
};

function definitionCase(random: Random, filters: RandomFilters, number: number): Case {
  const definitions = random.many(1, 2, () => randomIndexDefinition(random, filters, number));
  return {
    commands: [
      command(['createIndexes', 'c'], ['indexes', definitions]),
      command(['listIndexes', 'c']),
      command(['dropIndexes', 'c'], ['index', '*']),
    ],
  };
}

/** Writes to collections with indexes that refuse some of them. */
export const CONSTRAINTS: Kind = {
  name: 'constraints',
  share: 5,
  blockSize: 200,
  block(random, size) {
    const filters = new RandomFilters(random, [new Map([['_id', 0]])]);
    const indexes = Array.from({ length: 3 }, (_, number) => ({
      definition: plainIndexDefinition(random, filters, number),
      number,
    }));
    const setup = indexes.map(({ definition }) => command(['createIndexes', 'c'], ['indexes', [definition]]));
    return { setup, cases: Array.from({ length: size }, (_, number) => writeCase(random, number)) };
  },
};

/** Symbols, which mongod does not hold under a collation, are another matter. */
function writable(random: Random): Doc {
  for (;;) {
    const [document] = randomCollection(random, 1) as [Doc];
    if (!text(document).includes('"$symbol"')) return document;
  }
}

function writeCase(random: Random, number: number): Case {
  const document = writable(random);
  document.set('_id', random.chance(0.9) ? number : random.below(number + 1));
  const id = random.below(number + 1);
  const found = findCommand('c', { filter: new Map([['_id', id]]), hint: NATURAL });
  switch (random.below(6)) {
    case 0:
    case 1:
    case 2:
      return { commands: [insertCommand('c', [document])] };
    case 3: {
      const name = random.pick(NAMES);
      const change = new Map([['$set', new Map([[name, knownValue(random, [document])]])]]);
      const statement = command(['q', new Map([['_id', id]])], ['u', change]);
      return { commands: [command(['update', 'c'], ['updates', [statement]]), found] };
    }
    case 4: {
      const statement = command(['q', new Map<string, Value>([['_id', id]])], ['limit', 1]);
      return { commands: [command(['delete', 'c'], ['deletes', [statement]])] };
    }
    default: {
      document.delete('_id');
      const statement = command(
        ['q', new Map([['_id', id]])],
        ['u', document],
        ['upsert', random.chance(0.5)],
      );
      return { commands: [command(['update', 'c'], ['updates', [statement]]), found] };
    }
  }
}
