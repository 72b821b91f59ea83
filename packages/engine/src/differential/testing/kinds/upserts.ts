import type { Value } from '@argon/bson';
import type { Random } from '../../../match/testing/random';
import { randomCase, type UpdateCase } from '../../../update/testing/random-case';
import { command, findCommand } from '../commands';
import type { Case, Kind } from '../kind';

/** Into an empty collection, which it leaves empty. */
function upsertCase(random: Random, given: UpdateCase): Case {
  const collection = 'c';
  const arrayFilters = given.arrayFilters as Value[] | undefined;
  // An `_id` that the server makes up is no two servers' alike.
  const isPinned = given.filter.has('_id');
  const projection = isPinned ? undefined : new Map([['_id', 0]]);
  const upsert = random.chance(0.5)
    ? command(
        ['findAndModify', collection],
        ['query', given.filter],
        ['update', given.update],
        ['new', true],
        ['upsert', true],
        ['fields', projection],
        ['arrayFilters', arrayFilters],
      )
    : command(
        ['update', collection],
        [
          'updates',
          [
            command(
              ['q', given.filter],
              ['u', given.update],
              ['upsert', true],
              ['arrayFilters', arrayFilters],
            ),
          ],
        ],
      );
  const empty = command(['delete', collection], ['deletes', [command(['q', new Map()], ['limit', 0])]]);
  return { commands: [upsert, findCommand(collection, { projection }), empty] };
}

/** Upserts: what a filter pins, and what an update makes of it. */
export const UPSERTS: Kind = {
  name: 'upserts',
  share: 3,
  blockSize: 200,
  block(random, size) {
    const cases: Case[] = [];
    while (cases.length < size) {
      const given = randomCase(random.below(2 ** 31), cases.length);
      if (given.upsert) cases.push(upsertCase(random, given));
    }
    return { setup: [], cases };
  },
};
