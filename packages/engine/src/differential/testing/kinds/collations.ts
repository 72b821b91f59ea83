import type { Doc, Value } from '@argon/bson';
import {
  randomCollation,
  randomDocument,
  randomField,
  randomFilter,
  randomSort,
} from '../../../collation/testing/collation-cases';
import type { Random } from '../../../match/testing/random';
import { aggregateCommand, command, findCommand, inClassicEngine, insertCommand } from '../commands';
import type { Case, Kind } from '../kind';

function collatedCase(random: Random, indexes: readonly string[]): Case {
  const collation = randomCollation(random);
  const filter = randomFilter(random);
  const projection = new Map([['_id', 1]]);
  const hint = random.chance(0.3) ? random.pick(indexes) : undefined;
  const sort = randomSort(random);
  switch (random.below(6)) {
    case 0:
      return { commands: [command(['count', 'c'], ['query', filter], ['collation', collation])] };
    case 1:
      return { commands: [findCommand('c', { filter, projection, collation, hint })], isUnordered: true };
    case 2: {
      const group: Doc = new Map<string, Value>([
        ['_id', `$${randomField(random)}`],
        ['n', new Map([['$sum', 1]])],
        ['least', new Map([[random.pick(['$min', '$max', '$first']), '$a']])],
      ]);
      const stages = [new Map([['$sort', new Map([['_id', 1]])]]), new Map([['$group', group]])];
      return { commands: [aggregateCommand('c', stages, { collation })], isUnordered: true };
    }
    default:
      return { commands: [findCommand('c', { filter, projection, sort, collation, hint })] };
  }
}

/** Filters, sorts and groups under collations of all kinds, with and without indexes of them. */
export const COLLATIONS: Kind = {
  name: 'collations',
  share: 5,
  blockSize: 250,
  block(random, size) {
    const documents = Array.from({ length: 40 }, (_, id) => randomDocument(random, id));
    const indexes = Array.from({ length: 3 }, (_, number) =>
      command(
        ['key', new Map([[randomField(random), 1], ...(random.chance(0.4) ? [['_id', 1] as const] : [])])],
        ['name', `i${number}`],
        ['collation', randomCollation(random)],
      ),
    );
    const names = indexes.map((index) => index.get('name') as string);
    return {
      setup: [
        insertCommand('c', documents),
        ...indexes.map((index) => command(['createIndexes', 'c'], ['indexes', [index]])),
      ],
      cases: Array.from({ length: size }, () => collatedCase(random, names)),
    };
  },
  forMongod: inClassicEngine,
};
