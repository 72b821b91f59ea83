import type { Doc, Value } from '@argon/bson';
import { randomIndexCase, type IndexQuery } from '../../../plan/testing/index-cases';
import { command, findCommand, insertCommand } from '../commands';
import type { Case, Kind } from '../kind';

function queryCase(query: IndexQuery, hint: Value | undefined): Case {
  const find = findCommand('c', {
    filter: query.filter,
    projection: new Map([['_id', 1]]),
    sort: query.sort,
    skip: query.skip > 0 ? query.skip : undefined,
    limit: query.limit > 0 ? query.limit : undefined,
    hint,
  });
  return { commands: [find], isUnordered: query.sort === undefined };
}

/** Queries that indexes of all kinds serve, with and without hints. */
export const INDEXES: Kind = {
  name: 'indexes',
  share: 10,
  blockSize: 240,
  block(random, size) {
    const given = randomIndexCase(random, { documents: 60, indexes: 5, queries: size / 4 });
    const names = given.indexes.map((index) => index.get('name')!);
    const hints = (): (Value | undefined)[] => [undefined, ...random.many(3, 3, () => random.pick(names))];
    const cases = given.queries.flatMap((query) => hints().map((hint) => queryCase(query, hint)));
    return { setup: [insertCommand('c', given.documents), ...given.indexes.map(createIndex)], cases };
  },
};

function createIndex(index: Doc): Doc {
  return command(['createIndexes', 'c'], ['indexes', [index]]);
}
