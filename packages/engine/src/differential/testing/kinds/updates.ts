import type { Doc, Value } from '@argon/bson';
import type { Random } from '../../../match/testing/random';
import { randomCase, type UpdateCase } from '../../../update/testing/random-case';
import { command, findCommand, insertCommand } from '../commands';
import type { Case, Kind } from '../kind';

/** Each case has a document of its own, found by its `_id`. */
function updateCase(random: Random, given: UpdateCase, id: number): Case {
  const filter = new Map([...given.filter, ['_id', id]]);
  const arrayFilters = given.arrayFilters as Value[] | undefined;
  if (random.chance(0.5)) {
    return {
      commands: [
        command(
          ['findAndModify', 'c'],
          ['query', filter],
          ['update', given.update],
          ['new', random.chance(0.8)],
          ['arrayFilters', arrayFilters],
        ),
        findCommand('c', { filter: new Map([['_id', id]]) }),
      ],
    };
  }
  const statement = command(
    ['q', filter],
    ['u', given.update],
    ['multi', given.update instanceof Map && random.chance(0.2) ? true : undefined],
    ['arrayFilters', arrayFilters],
  );
  return {
    commands: [
      command(['update', 'c'], ['updates', [statement]]),
      findCommand('c', { filter: new Map([['_id', id]]) }),
    ],
  };
}

/** Update operators, replacements and pipelines, each on a document of its own. */
export const UPDATES: Kind = {
  name: 'updates',
  share: 12,
  blockSize: 200,
  block(random, size) {
    const documents: Doc[] = [];
    const cases: Case[] = [];
    for (let id = 0; id < size; id++) {
      let given = randomCase(random.below(2 ** 31), id);
      while (given.document === undefined) given = randomCase(random.below(2 ** 31), id);
      documents.push(new Map([...given.document, ['_id', id]]));
      cases.push(updateCase(random, given, id));
    }
    return { setup: [insertCommand('c', documents)], cases };
  },
};
