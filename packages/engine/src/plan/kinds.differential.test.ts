import { mongodOrSkip } from '@argon/tools-mongod';
import { BSONRegExp, toDoc, type Doc } from '@argon/bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { text } from '../match/testing/match-cases';
import { Wire } from '../match/testing/wire';
import { inProcess, type InProcess } from './testing/in-process';
import type { Ask } from './testing/index-cases';

const mongod = await mongodOrSkip();
const database = 'argon_differential_kinds';

const HASHED: readonly object[] = [
  { a: 1 },
  { a: null },
  { a: { $gt: 1 } },
  { a: { $in: [1, 2.5, null] } },
  { a: { $exists: false } },
  { a: { $exists: true } },
  { a: { $ne: 1 } },
  { a: { x: 1 } },
  { a: new BSONRegExp('x') },
  { a: { $in: [new BSONRegExp('x'), 1] } },
  { 'b.c': 'x' },
  { 'b.c': 'x', a: 1 },
  { 'b.c': 'x', a: { $gt: 1 } },
  { 'b.c': { $gt: 1 }, a: 1 },
  { a: 1, zz: 1 },
  { a: { $type: 'int' } },
  { _id: { $gt: 5 }, a: 1 },
  { a: { $gte: 1, $lte: 1 } },
];

const WILDCARD: readonly object[] = [
  { c: 3 },
  { c: { $gt: 3, $lt: 9 } },
  { a: 1 },
  { a: { $ne: 1 } },
  { a: null },
  { a: { $exists: true } },
  { a: { $exists: false } },
  { a: {} },
  { a: { b: 1 } },
  { a: [1] },
  { a: [] },
  { a: { $in: [1, null] } },
  { a: { $in: [1, 2] } },
  { a: { $gt: {} } },
  { c: { $ne: null } },
  { c: { $nin: [1, 2] } },
  { c: 3, d: 4 },
  { c: 3, zz: { $exists: false } },
  { 'b.c': 1 },
  { 'b.c': { $gt: 0, $lt: 5 } },
  { b: { $elemMatch: { c: { $gt: 0, $lt: 5 } } } },
  { a: { $elemMatch: { $gt: 0, $lt: 5 } } },
  { _id: { $gt: 1 } },
  { c: { $type: 'number' } },
  { c: new BSONRegExp('x') },
  { c: new BSONRegExp('^x') },
  { c: { $mod: [2, 0] } },
  { c: { $exists: true }, d: 4 },
  { 'b.d.e': 3 },
  { 'b.d': 1 },
];

const find = (collection: string) => (filter: object) => ({ find: collection, filter });
const COMMANDS: readonly object[] = [
  ...HASHED.map(find('h')),
  { find: 'h', filter: { a: 1 }, projection: { a: 1, _id: 0 } },
  { find: 'h', filter: { 'b.c': 'x' }, projection: { a: 1, _id: 0 } },
  { find: 'h', filter: { 'b.c': 'x' }, sort: { a: 1 } },
  { find: 'h', filter: {}, sort: { a: 1 } },
  { find: 'h', filter: {}, hint: 'a_hashed', sort: { a: 1 } },
  { count: 'h', query: { a: 1 } },
  { distinct: 'h', key: 'a', query: { a: 1 } },
  ...WILDCARD.map(find('w')),
  { find: 'w', filter: { c: { $gt: 1 } }, sort: { c: -1 } },
  { find: 'w', filter: {}, sort: { c: 1 } },
  { find: 'w', filter: { c: { $exists: true } }, sort: { c: 1 } },
  { find: 'w', filter: { a: { $gt: 1 } }, sort: { a: 1 } },
  { find: 'w', filter: { c: 3 }, projection: { c: 1, _id: 0 } },
  { find: 'w', filter: { a: 1 }, projection: { a: 1, _id: 0 } },
  { count: 'w', query: { c: 3 } },
];

/** Refused or not, these come to the same. */
const WRITES: readonly object[] = [
  { insert: 'h', documents: [{ _id: 20, a: [1] }] },
  { insert: 'h', documents: [{ _id: 20, b: [{ c: 1 }] }] },
  { update: 'h', updates: [{ q: { _id: 1 }, u: { $set: { a: [] } } }] },
  { update: 'h', updates: [{ q: { _id: 1 }, u: { $set: { a: 7 } } }] },
  { find: 'h', filter: { a: 7 }, hint: 'a_hashed' },
  { createIndexes: 'w', indexes: [{ key: { a: 'hashed' }, name: 'a' }] },
  { createIndexes: 'h', indexes: [{ key: { zz: 'hashed' }, name: 'zz', unique: true }] },
  { createIndexes: 'h', indexes: [{ key: { y: 'hashed', z: 'hashed' }, name: 'zz' }] },
];

describe.skipIf(!mongod)('hashed and wildcard indexes on mongod and on Argon', () => {
  let wire: Wire;
  let argon: InProcess;
  let askMongod: Ask;

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
    argon = await inProcess(database);
    askMongod = (command) => wire.command(new Map([...command, ['$db', database]]));
    const setup: readonly object[] = [
      { dropDatabase: 1 },
      {
        insert: 'h',
        documents: [
          { _id: 1, a: 1, b: { c: 'x' } },
          { _id: 2, a: 2.5, b: { c: null } },
          { _id: 3, a: 'abc' },
          { _id: 4, a: { x: 1 } },
          { _id: 5 },
          { _id: 6, a: null },
          { _id: 7, a: 1.9 },
        ],
      },
      { createIndexes: 'h', indexes: [{ key: { a: 'hashed' }, name: 'a_hashed' }] },
      { createIndexes: 'h', indexes: [{ key: { 'b.c': 'hashed', a: 1 }, name: 'bc' }] },
      { createIndexes: 'h', indexes: [{ key: { _id: 1, a: 'hashed' }, name: 'ida' }] },
      {
        insert: 'w',
        documents: [
          { _id: 1, a: 1, b: { c: 'x', d: [1, 2, { e: 3 }] }, t: 'q' },
          { _id: 2, a: [1, 2], b: 5 },
          { _id: 3, a: {}, b: {} },
          { _id: 4, a: [], b: [{ c: 1 }, { c: 2 }] },
          { _id: 5, a: null },
          { _id: 6 },
          { _id: 7, a: { b: { c: 1 } } },
          { _id: 8, a: [[1], [2]] },
          { _id: 9, c: 3, d: 4, e: 1 },
          { _id: 10, c: 5, d: 4, e: 2 },
        ],
      },
      { createIndexes: 'w', indexes: [{ key: { '$**': 1 }, name: 'w' }] },
    ];
    for (const command of setup) {
      await askMongod(toDoc(command as never));
      await argon.ask(toDoc(command as never));
    }
  });

  afterAll(async () => {
    await wire.command({ dropDatabase: 1, $db: database });
    wire.close();
    await argon.close();
  });

  it.each(COMMANDS.map((command) => [JSON.stringify(command), command] as const))(
    '%s',
    async (_name, command) => {
      const explain = toDoc({ explain: command, verbosity: 'queryPlanner' });
      expect(plansOf(await argon.ask(explain))).toEqual(plansOf(await askMongod(explain)));
      expect(await resultOf(argon.ask, command)).toEqual(await resultOf(askMongod, command));
    },
  );

  it.each(WRITES.map((command) => [JSON.stringify(command), command] as const))(
    '%s',
    async (_name, command) => {
      const document = toDoc(command as never);
      expect(essence(await argon.ask(document))).toEqual(essence(await askMongod(document)));
    },
  );
});

/** All plans: which of them wins is each side's affair. */
function plansOf(reply: Doc): unknown {
  const planner = reply.get('queryPlanner') as Doc | undefined;
  if (planner === undefined) return text(reply);
  const plans = [planner.get('winningPlan') as Doc, ...(planner.get('rejectedPlans') as Doc[])];
  return plans
    .map((plan) => text(plan))
    .sort()
    .map((plan) => JSON.parse(plan) as unknown);
}

async function resultOf(ask: Ask, command: object): Promise<unknown> {
  const reply = await ask(toDoc(command as never));
  const cursor = reply.get('cursor') as Doc | undefined;
  const found = cursor?.get('firstBatch') ?? reply.get('values') ?? reply.get('n');
  if (!Array.isArray(found) || 'sort' in command) return text(found!);
  return found.map((each) => text(each)).sort();
}

function essence(reply: Doc): unknown {
  const errors = (reply.get('writeErrors') ?? []) as Doc[];
  const message = (each: Doc): string => String(each.get('errmsg')).replace(/^.* :: caused by :: /, '');
  return [
    Number(reply.get('ok')),
    Number(reply.get('n') ?? 0),
    reply.get('code'),
    message(reply),
    errors.map((each) => [each.get('code'), message(each)]),
  ];
}
