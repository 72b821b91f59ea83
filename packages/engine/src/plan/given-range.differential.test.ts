import { afterAll, beforeAll, expect, it } from 'vitest';
import { twoServers, type Ask, type TwoServers } from '../session/testing/two-servers';

let servers: TwoServers;
beforeAll(async () => {
  servers = await twoServers();
});
afterAll(() => servers?.close());

/** Without what mongod alone says of a query, and what record ids are. */
function blanked(line: string): string {
  return line.replace(/ns=[^]*\n (?=planner)/, '').replace(/\$recordId: (long \w+|\d+)/g, '$recordId');
}

async function same(script: (ask: Ask) => Promise<void>): Promise<void> {
  const { argon, mongod } = await servers.run(script);
  expect(argon.map(blanked)).toEqual(mongod.map(blanked));
}

async function fill(ask: Ask): Promise<void> {
  await ask({
    insert: 'c',
    documents: [
      { _id: 1, a: 1, b: 3 },
      { _id: 2, a: 2, b: 2 },
      { _id: 3, a: 3, b: 1 },
      { _id: 4, b: 9 },
      { _id: 5, a: [1, 5] },
      { _id: 6, a: 'x', s: 'X' },
    ],
  });
  await ask({
    createIndexes: 'c',
    indexes: [
      { key: { a: 1 }, name: 'a_1' },
      { key: { a: 1, b: -1 }, name: 'ab' },
      { key: { b: 'hashed' }, name: 'hashed' },
      { key: { '$**': 1 }, name: 'all' },
      { key: { s: 1 }, name: 's', collation: { locale: 'en', strength: 2 } },
      { key: { sp: 1 }, name: 'sp', sparse: true },
    ],
  });
}

const collation = { locale: 'en', strength: 2 };
const byA = { hint: { a: 1 } };
const byAB = { hint: { a: 1, b: -1 } };

it('min and max say which part of an index is read', () =>
  same(async (ask) => {
    await fill(ask);
    for (const options of [
      { min: { a: 2 } },
      { min: { a: 2 }, ...byA },
      { min: { a: 2 }, hint: 'a_1' },
      { max: { a: 2 }, ...byA },
      { min: { a: 1 }, max: { a: 3 }, ...byA },
      { min: { a: 3 }, max: { a: 1 }, ...byA },
      { min: { a: 3 }, max: { a: 3 }, ...byA },
      { min: { b: 2 }, ...byA },
      { min: { a: 2 }, ...byAB },
      { min: { a: 2, b: 2 }, ...byAB },
      { min: { b: 2, a: 2 }, ...byAB },
      { min: { a: 2, b: 2 }, max: { a: 3, b: 1 }, ...byAB },
      { min: { a: 2 }, max: { b: 1 }, ...byA },
      { min: { a: 2, b: 1 }, max: { b: 1, a: 1 }, ...byAB },
      { min: { a: { $gt: 1 } }, ...byA },
      { min: {}, ...byA },
      { min: {} },
      { min: 1, ...byA },
      { max: null, ...byA },
      { min: { a: 2 }, hint: { $natural: 1 } },
      { min: { a: 2 }, hint: {} },
      { min: { a: 2 }, hint: 'nope' },
      { min: { a: 2 }, ...byA, filter: { b: { $lt: 2 } } },
      { min: { a: 2 }, ...byA, filter: { a: 1 } },
      { min: { a: 2 }, ...byA, filter: { $or: [{ a: 1 }, { a: 3 }] } },
      { min: { a: 2 }, ...byA, sort: { a: -1 } },
      { min: { a: 1 }, ...byA, sort: { b: 1, _id: 1 } },
      { min: { a: 1 }, ...byA, skip: 1, limit: 2 },
      { min: { a: 1 }, ...byA, projection: { a: 1, _id: 0 } },
      { min: { _id: 2 }, hint: { _id: 1 } },
      { min: { _id: 3 }, filter: { _id: 4 }, hint: { _id: 1 } },
      { min: { _id: 3 }, filter: { _id: 4 } },
      { min: { b: 2 }, hint: 'hashed' },
      { min: { a: 2 }, hint: 'all' },
      { min: { s: 'X' }, hint: 's' },
      { min: { s: 1 }, hint: 's' },
      { min: { s: 'x' }, hint: 's', collation },
      { min: { a: 'x' }, ...byA, collation },
      { min: { sp: null }, hint: 'sp' },
      { min: { a: null }, ...byA },
      { max: { a: null }, ...byA },
      { min: { a: [1, 5] }, ...byA },
      { max: { a: { x: 1 } }, ...byA },
    ])
      await ask({ find: 'c', ...options });
    await ask({ find: 'absent', min: { a: 1 } });
    await ask({ find: 'absent', min: { a: 1 }, max: { b: 1 } });
  }));

it('showRecordId adds a field', () =>
  same(async (ask) => {
    await fill(ask);
    await ask({ create: 'view', viewOn: 'c', pipeline: [] });
    for (const options of [
      {},
      { projection: { a: 1 } },
      { projection: { a: 0 } },
      { projection: {} },
      { projection: { $recordId: 1 } },
      { projection: { $recordId: { $meta: 'recordId' } } },
      { projection: { _id: 0, a: 1 }, ...byA },
      { projection: { _id: 0, s: 1 }, filter: { s: 'X' } },
      { filter: { _id: 3 } },
      { sort: { b: 1, _id: 1 } },
      { showRecordId: 1 },
      { showRecordId: null },
      { showRecordId: false },
      { find: 'view' },
      { find: 'absent' },
    ])
      await ask({ find: 'c', showRecordId: true, ...options });
  }));
