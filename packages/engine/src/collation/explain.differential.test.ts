import { mongodOrSkip } from '@argon/tools-mongod';
import { BSONRegExp, toDoc, type Doc, type Value } from '@argon/bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { text } from '../match/testing/match-cases';
import { Wire } from '../match/testing/wire';
import type { Ask } from '../plan/testing/index-cases';
import { inProcess, type InProcess } from '../plan/testing/in-process';

const mongod = await mongodOrSkip();
const database = 'argon_differential_collated_plans';
const ENGLISH = { locale: 'en', strength: 2 };
const FRENCH = { locale: 'fr', strength: 1 };

/** `t` has no collation of its own, `own` has ENGLISH. */
const SETUP: { [command: string]: unknown }[] = [
  { create: 't' },
  { create: 'own', collation: ENGLISH },
  ...['t', 'own'].map((name) => ({
    createIndexes: name,
    indexes: [
      { key: { a: 1 }, name: 'a_en', collation: ENGLISH },
      { key: { b: 1 }, name: 'b_simple', collation: { locale: 'simple' } },
      { key: { c: 1, d: -1 }, name: 'cd_en', collation: ENGLISH },
      { key: { e: -1 }, name: 'e_fr', collation: FRENCH },
      { key: { p: 1 }, name: 'p_en', collation: ENGLISH, partialFilterExpression: { q: { $gt: 'M' } } },
      { key: { list: 1 }, name: 'list_en', collation: ENGLISH },
    ],
  })),
];

const find = (filter: object, more: object = {}) => ({ find: 't', filter, collation: ENGLISH, ...more });

/** One index, or none, can serve each. */
const COMMANDS: { [command: string]: unknown }[] = [
  find({ a: 'X' }),
  find({ a: 'X' }, { collation: { locale: 'simple' } }),
  find({ a: 'X' }, { collation: FRENCH }),
  find({ a: 5 }, { collation: FRENCH }),
  find({ a: 5 }),
  find({ a: null }),
  find({ a: { $gt: 'X' } }),
  find({ a: { $gte: 'X' } }),
  find({ a: { $lt: 'X' } }),
  find({ a: { $lte: 'é' } }),
  find({ a: { $gt: 'X', $lt: 'y' } }),
  find({ a: { $ne: 'X' } }),
  find({ a: { $nin: ['X', 5] } }),
  find({ a: { $in: ['X', 'x', 'y', 3] } }),
  find({ a: { $in: ['X', 3] } }, { collation: FRENCH }),
  find({ a: { $in: [4, 3] } }, { collation: FRENCH }),
  find({ a: { $gt: 3 } }, { collation: FRENCH }),
  find({ a: { x: 'Y', z: ['W'] } }),
  find({ a: { $lt: { x: 'Y' } } }),
  find({ a: ['X', 'y'] }),
  find({ a: new BSONRegExp('^x', '') }),
  find({ a: new BSONRegExp('x', '') }),
  find({ a: { $in: ['x', new BSONRegExp('^y', '')] } }),
  find({ a: { $type: 'string' } }),
  find({ a: { $type: 'number' } }),
  find({ a: { $exists: true } }),
  find({ a: { $not: { $gt: 'X' } } }),
  find({ $or: [{ a: 'X' }, { a: 'y' }] }),
  find({ $or: [{ a: 'X' }, { c: 'y' }] }),
  find({ b: 'X' }),
  find({ b: 3 }),
  find({ b: { $gt: 3 } }, { sort: { b: 1 } }),
  find({ b: 'X' }, { collation: { locale: 'simple' } }),
  find({}, { sort: { a: 1 } }),
  find({}, { sort: { a: -1 } }),
  find({}, { sort: { a: 1 }, collation: { locale: 'simple' } }),
  find({}, { sort: { b: 1 } }),
  find({ a: { $gt: 'X' } }, { sort: { a: 1 } }),
  find({ a: { $gt: 3 } }, { sort: { a: 1 }, collation: { locale: 'simple' } }),
  find({ c: 'X' }, { sort: { d: 1 } }),
  find({ c: 'X', d: { $lt: 'Y' } }),
  find({ c: 'X' }, { sort: { d: 1 }, collation: FRENCH }),
  find({ c: 3 }, { sort: { d: -1 }, collation: FRENCH }),
  find({ c: { $in: ['X', 'Y'] } }, { sort: { d: 1 } }),
  find({ e: { $gt: 'X' } }, { sort: { e: 1 }, collation: FRENCH }),
  find({ e: 'É' }, { collation: FRENCH }),
  find({ p: 'X', q: 'n' }),
  find({ p: 'X', q: { $gt: 'N' } }),
  find({ p: 'X', q: 'n' }, { collation: { locale: 'simple' } }),
  find({ p: 3, q: 'n' }, { collation: { locale: 'simple' } }),
  find({ list: { $elemMatch: { $gt: 'X' } } }),
  find({ a: 'X' }, { projection: { _id: 0, a: 1 } }),
  find({ a: 3 }, { projection: { _id: 0, a: 1 } }),
  find({ c: 3 }, { projection: { _id: 0, c: 1 } }),
  find({ c: 3 }, { projection: { _id: 0, d: 1 } }),
  find({ b: 3 }, { projection: { _id: 0, b: 1 } }),
  find({ b: { $gt: 3 } }, { projection: { _id: 0, b: 1 }, sort: { b: 1 } }),
  find({ a: { $gt: 'X' } }, { projection: { _id: 0, a: 1 }, sort: { a: 1 } }),
  find({ a: 'X' }, { hint: 'b_simple' }),
  find({ b: 'X' }, { hint: 'b_simple' }),
  find({ b: 'X' }, { hint: 'b_simple', sort: { b: 1 } }),
  find({ _id: 'x' }),
  find({ _id: { $gt: 'x' } }),
  find({ _id: { $in: [1, 2] } }),
  { find: 'own', filter: { a: 'X' } },
  { find: 'own', filter: { b: 'X' } },
  { find: 'own', filter: { a: 'X' }, collation: { locale: 'simple' } },
  { find: 'own', filter: { a: 'X' }, collation: {} },
  { find: 'own', filter: {}, sort: { a: 1 } },
  { find: 'own', filter: { _id: 5 } },
  { find: 'own', filter: { _id: { $gt: 'x' } } },
  { find: 'own', filter: { _id: { $in: ['x', 'y'] } } },
  { find: 'own', filter: {}, sort: { _id: 1 } },
  { count: 'own', query: { a: { $gt: 'X' } } },
  { count: 't', query: { a: 5 }, collation: ENGLISH },
  { aggregate: 'own', pipeline: [{ $match: { a: 'X' } }], cursor: {} },
  { delete: 'own', deletes: [{ q: { a: 'X' }, limit: 0 }] },
  { update: 't', updates: [{ q: { a: 'X' }, u: { $set: { z: 1 } }, collation: ENGLISH }] },
  { findAndModify: 'own', query: { a: 'X' }, remove: true },
];

describe.skipIf(!mongod)('plans with collations on mongod and on Argon', () => {
  let wire: Wire;
  let argon: InProcess;
  let askMongod: Ask;

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
    askMongod = (command) => wire.command(new Map([...command, ['$db', database]]));
    await askMongod(toDoc({ dropDatabase: 1 }));
    argon = await inProcess(database);
    const documents = Array.from({ length: 40 }, (_, n) => {
      const word = 'AaBbÉéXxYy'.charAt(n % 10);
      return {
        _id: n,
        a: word,
        b: n % 7,
        c: word,
        d: `${word}${n}`,
        e: word,
        p: word,
        q: word,
        list: [word, n],
      };
    });
    const inserts = ['t', 'own'].map((insert) => ({ insert, documents }));
    for (const command of [...SETUP, ...inserts]) {
      expect(Number((await askMongod(toDoc(command))).get('ok'))).toBe(1);
      expect(Number((await argon.ask(toDoc(command))).get('ok'))).toBe(1);
    }
  });

  afterAll(async () => {
    await askMongod(toDoc({ dropDatabase: 1 }));
    wire.close();
    await argon.close();
  });

  it.each(COMMANDS.map((command) => [text(toDoc(command)), toDoc(command)] as const))(
    '%s',
    async (_, command) => {
      const explain: Doc = new Map<string, Value>([
        ['explain', command],
        ['verbosity', 'queryPlanner'],
      ]);
      const [theirs, ours] = await Promise.all([askMongod(explain), argon.ask(explain)]);
      expect(shown(ours)).toEqual(shown(theirs));
    },
  );
});

/** What both must show alike: how strings compare, and the plan. */
function shown(reply: Doc): unknown {
  const [stage] = (reply.get('stages') ?? []) as Doc[];
  const cursor = (stage?.get('$cursor') ?? reply) as Doc;
  const planner = cursor.get('queryPlanner') as Doc | undefined;
  if (planner === undefined) return text(reply);
  return {
    collation: planner.has('collation') && text(planner.get('collation')!),
    plan: text(planner.get('winningPlan')!).replace(/"memLimit":[^,]*,/, ''),
  };
}
