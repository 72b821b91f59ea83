import { mongodOrSkip } from '@argon/tools-mongod';
import { BSONRegExp, toDoc, type Doc } from '@argon/bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { text } from '../match/testing/match-cases';
import { Wire } from '../match/testing/wire';
import { inProcess, type InProcess } from './testing/in-process';
import type { Ask } from './testing/index-cases';

const mongod = await mongodOrSkip();
const database = 'argon_differential_explain';
const find = (filter: object, more: object = {}) => ({ find: 't', filter, ...more });

/** Plans that leave no choice, or one that is plain: both sides have to show the same. */
const COMMANDS: { [command: string]: unknown }[] = [
  find({ a: 1 }),
  find({ _id: 1 }),
  find({ _id: { $in: [1, 2] } }),
  find({ _id: { $gt: 1 } }),
  find({ a: { $gt: 1, $lte: 5 } }),
  find({ a: { $gt: 'abc' } }),
  find({ a: { $lt: 'abc' } }),
  find({ a: { $gt: new Date(5) } }),
  find({ a: { $lt: { x: 1 } } }),
  find({ a: { $gte: false } }),
  find({ a: { $gt: null } }),
  find({ a: { $gte: null } }),
  find({ a: null }),
  find({ a: { $ne: 1 } }),
  find({ a: { $ne: null } }),
  find({ a: { $nin: [1, 2, 'x'] } }),
  find({ a: { $in: [3, 1, null] } }),
  find({ a: { $in: [] } }),
  find({ $nor: [{ a: 1 }] }),
  find({ $nor: [{ a: 1 }, { b: 2 }] }),
  find({ a: { $exists: true } }),
  find({ a: { $exists: false } }),
  find({ a: { $type: 'number' } }),
  find({ a: { $size: 2 } }),
  find({ s: new BSONRegExp('^ab', '') }),
  find({ s: { $not: new BSONRegExp('^ab', '') } }),
  find({ s: null }),
  find({ s: { $exists: true } }),
  find({ s: { $exists: false } }),
  find({ p: 1 }),
  find({ p: 1, q: 7 }),
  find({ b: 5, a: { $lt: 3 } }),
  find({ b: { $in: [1, 2] }, a: 3 }, { hint: 'b_-1_a_1' }),
  find({ 'c.d': { $elemMatch: { $gt: 1, $lt: 5 } } }),
  find({ 'c.d': [1, 2] }),
  find({ 'c.d': { $ne: 3 } }),
  find({ 'e.f': 1, 'e.g': 2 }),
  find({ e: { $elemMatch: { f: 1, g: 2 } } }),
  find({ zz: { $gt: 1 }, yy: 3 }),
  find({ a: 1 }, { sort: { zz: 1 } }),
  find({}, { sort: { b: -1, a: 1 } }),
  find({}, { sort: { b: 1 }, limit: 5 }),
  find({ b: 5 }, { sort: { a: -1 } }),
  find({}, { sort: { 'c.d': 1 } }),
  find({ 'c.d': { $gt: 3 } }, { sort: { 'c.d': 1 } }),
  find({ a: 1 }, { sort: { zz: 1 }, limit: 3, skip: 1 }),
  find({ a: 1 }, { limit: 3 }),
  find({ a: 1 }, { projection: { b: 1 } }),
  find({ a: 1 }, { projection: { b: 0 } }),
  find({ a: 1 }, { projection: { 'c.d': 1 }, limit: 2 }),
  find({}, { hint: { a: 1 } }),
  find({}, { hint: 's_1' }),
  find({ zz: 1 }, { hint: { $natural: -1 } }),
  find({ $or: [{ a: 1 }, { b: 3 }] }),
  find({ $or: [{ b: 3 }, { a: 1 }] }),
  find({ $or: [{ a: 1 }, { a: 3 }] }),
  find({ $or: [{ a: 1 }, { a: { $gt: 3 } }] }),
  find({ $or: [{ a: 1 }, { zz: 3 }] }),
  find({ a: 1 }, { projection: { a: 1, _id: 0 } }),
  find({ a: { $gt: 1 } }, { projection: { a: true, _id: false } }),
  find({ b: { $lt: 9 } }, { projection: { a: 1, b: 1, _id: 0 } }),
  find({ b: { $lt: 9 } }, { projection: { a: 1, _id: 0 }, sort: { b: 1 }, skip: 1, limit: 2 }),
  find({ b: { $lt: 9 } }, { projection: { a: 1, _id: 0 }, sort: { a: 1 }, hint: 'b_-1_a_1' }),
  find({ b: { $lt: 9 } }, { projection: { b: 1, a: 1, _id: 0 }, sort: { a: 1 }, hint: 'b_-1_a_1' }),
  find({ zz: 1 }, { projection: { b: 1, zz: 1 }, sort: { b: 1 }, hint: { $natural: 1 } }),
  find({ b: { $lt: 9 } }, { projection: { _id: 0, x: { $add: ['$a', 1] } } }),
  find({ b: { $lt: 9 } }, { projection: { _id: 0, a: 1, c: 1 } }),
  find({ b: { $lt: 9 } }, { projection: { _id: 0 } }),
  find({ b: null }, { projection: { _id: 0, b: 1 } }),
  find({}, { projection: { _id: 0, a: 1 } }),
  find({}, { projection: { _id: 0, a: 1 }, hint: 'a_1' }),
  find({}, { projection: { _id: 0, s: 1 }, hint: 's_1' }),
  find({}, { projection: { _id: 0, 'c.d': 1 }, hint: 'c.d_1' }),
  find({}, { projection: { _id: 0, 'm.n': 1 }, hint: 'm' }),
  find({ 'm.n': { $gte: 0 } }, { projection: { _id: 0, m: { n: 1 } } }),
  find({ 'm.n': { $gte: 0 } }, { projection: { _id: 0, m: 1 } }),
  find({ _id: { $gt: 5 } }, { projection: { _id: 1 } }),
  find({ s: new BSONRegExp('9', '') }, { projection: { _id: 0, s: 1 } }),
  find({ s: new BSONRegExp('9', '') }),
  find({ s: new BSONRegExp('9', ''), zz: 1 }),
  find({ s: { $in: ['s1', new BSONRegExp('9', '')] } }),
  find({ b: { $mod: [7, 0] } }),
  find({ 'c.d': { $mod: [7, 0] } }),
  find({ b: { $type: 'string' } }),
  find({ a: { $type: 'null' } }),
  { distinct: 't', key: 'a' },
  { distinct: 't', key: 'a', query: { a: { $gt: 3 } } },
  { distinct: 't', key: 'm.n' },
  find({ u: { $in: [3, 1] } }, { sort: { b: 1 } }),
  find({ u: { $in: [3, 1] } }, { sort: { b: -1 }, skip: 1, limit: 3 }),
  find({ u: { $in: [3, 1] }, b: { $gt: 50 } }, { sort: { b: 1 } }),
  find({ u: { $in: [3, 1] }, zz: 1 }, { sort: { b: 1 } }),
  find({ u: { $in: [3, null] } }, { sort: { b: 1 } }),
  find({ u: { $in: [3] } }, { sort: { b: 1 } }),
  find({ u: { $in: [3, 1], $lt: 2 } }, { sort: { b: 1 } }),
  find({ u: { $in: [3, 1] } }, { sort: { u: 1, b: 1 } }),
  find({ u: { $in: [3, 1] } }, { sort: { b: 1 }, projection: { _id: 0, b: 1 } }),
  find({ v: { $in: [3, 1] }, u: { $in: [1, 2] } }, { sort: { b: -1 }, hint: 'v_-1_u_1_b_-1' }),
  find({ v: { $in: [3, 1] } }, { sort: { u: -1 }, hint: 'v_-1_u_1_b_-1' }),
  find({ tags: { $in: [1, 2] } }, { sort: { b: 1 }, hint: 'tags' }),
  find({ $or: [{ u: 1 }, { u: 3 }] }, { sort: { b: 1 } }),
  find({ $or: [{ u: 1 }, { v: 3, u: 2 }] }, { sort: { b: -1 } }),
  find({ $or: [{ u: { $in: [1, 2] } }, { v: 3, u: 2 }] }, { sort: { b: 1 }, limit: 2 }),
  find({ $or: [{ u: 1 }, { v: 3, u: 2 }] }, { sort: { b: -1 }, projection: { _id: 0, u: 1 } }),
  find({ $or: [{ a: 1 }, { b: 3 }] }, { projection: { _id: 0, a: 1 } }),
  find({ u: { $gt: 3 } }, { sort: { b: 1 }, hint: 'u_1_b_1' }),
  find({ u: { $gt: 3 } }, { sort: { b: 1 }, hint: 'u_1_b_1', skip: 1, limit: 3 }),
  find({ u: { $gt: 3 } }, { sort: { b: -1 }, hint: 'u_1_b_1', projection: { c: 1 } }),
  find({ u: { $gt: 3 } }, { sort: { b: -1 }, hint: 'u_1_b_1', projection: { b: 1 } }),
  find({ u: { $gt: 3 }, zz: 1 }, { sort: { b: -1 }, hint: 'u_1_b_1' }),
  find({ tags: { $gt: 1 } }, { sort: { b: 1 }, hint: 'tags' }),
  find({ tags: { $gt: 1 } }, { sort: { tags: 1, b: -1 }, hint: 'tags' }),
  { count: 't', query: { s: new BSONRegExp('9', '') } },
  { count: 't', query: {} },
  { count: 't', query: { a: 1 } },
  { count: 't', query: { a: { $gt: 1, $lt: 5 } } },
  { count: 't', query: { a: { $in: [1, 2] } } },
  { count: 't', query: { zz: 1 } },
  { update: 't', updates: [{ q: { a: 1 }, u: { $set: { z: 1 } } }] },
  { delete: 't', deletes: [{ q: { _id: 1 }, limit: 1 }] },
  { findAndModify: 't', query: { _id: 1 }, update: { $set: { z: 1 } } },
  { aggregate: 't', pipeline: [{ $match: { a: 1 } }, { $sort: { zz: 1 } }, { $limit: 3 }], cursor: {} },
  { aggregate: 't', pipeline: [{ $sort: { a: 1 } }], cursor: {} },
];

/** Plans among which there is a choice: which one wins is each side's affair, and which there are is not. */
const CHOICES: { [command: string]: unknown }[] = [
  find({ a: 1, u: 2 }),
  find({ a: { $gt: 3 }, u: 1 }),
  find({ u: { $in: [1, 2] }, b: { $gt: 5 } }),
  find({ a: 1, b: 5, u: 3, v: 2 }),
  find({ a: 1 }, { sort: { b: 1 } }),
  find({ u: 1 }, { sort: { a: 1 } }),
  find({ a: 1 }, { sort: { b: -1 }, limit: 2 }),
  find({ u: { $gt: 1 } }, { sort: { v: 1 } }),
  find({ a: 1, 'c.d': 3 }),
  find({ tags: 1, u: 2 }, { skip: 3 }),
  find({ tags: { $in: [1, 'x'] }, a: 2 }, { sort: { b: 1 } }),
  find({ _id: { $gt: 3 }, a: 2 }),
  find({ s: /^s1/, a: 2 }),
  { count: 't', query: { a: 1, u: 2 } },
  { delete: 't', deletes: [{ q: { a: 1, u: 2 }, limit: 0 }] },
  { findAndModify: 't', query: { a: 1, u: 2 }, sort: { b: 1 }, remove: true },
];

describe.skipIf(!mongod)('the plans that explain shows', () => {
  let wire: Wire;
  let argon: InProcess;
  let askMongod: Ask;

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
    argon = await inProcess(database);
    askMongod = (command) => wire.command(new Map([...command, ['$db', database]]));
    const documents = Array.from({ length: 100 }, (_, i) => ({
      _id: i,
      a: i % 10,
      b: i,
      c: { d: [i] },
      e: [{ f: i, g: 1 }],
      s: `s${i}`,
      m: { n: i },
      u: i % 9,
      v: i % 7,
      tags: [i % 3, 'x'],
      q: i,
    }));
    const indexes = [
      { key: { a: 1 }, name: 'a_1' },
      { key: { b: -1, a: 1 }, name: 'b_-1_a_1' },
      { key: { 'c.d': 1 }, name: 'c.d_1' },
      { key: { 'e.f': 1, 'e.g': 1 }, name: 'e' },
      { key: { s: 1 }, name: 's_1', sparse: true },
      { key: { 'm.n': 1 }, name: 'm' },
      { key: { u: 1, b: 1 }, name: 'u_1_b_1' },
      { key: { v: -1, u: 1, b: -1 }, name: 'v_-1_u_1_b_-1' },
      { key: { tags: 1, b: 1 }, name: 'tags' },
      { key: { p: 1 }, name: 'p_1', partialFilterExpression: { q: { $gt: 5 } } },
      { key: { hidden: 1 }, name: 'h_1', hidden: true },
    ];
    for (const ask of [askMongod, argon.ask]) {
      await ask(toDoc({ drop: 't' }));
      await ask(toDoc({ insert: 't', documents }));
      for (const index of indexes) await ask(toDoc({ createIndexes: 't', indexes: [index] }));
    }
  });

  afterAll(async () => {
    await wire.command({ dropDatabase: 1, $db: database });
    wire.close();
    await argon.close();
  });

  it.each(COMMANDS.map((command) => [text(toDoc(command)), command] as const))(
    '%s',
    async (_name, command) => {
      const explain = toDoc({ explain: command, verbosity: 'queryPlanner' });
      expect(planOf(await argon.ask(explain))).toEqual(planOf(await askMongod(explain)));
    },
  );

  it.each(COMMANDS.map((command) => [text(toDoc(command)), command] as const))(
    'and those that were rejected: %s',
    async (_name, command) => {
      const explain = toDoc({ explain: command, verbosity: 'queryPlanner' });
      expect(rejectedOf(await argon.ask(explain))).toEqual(rejectedOf(await askMongod(explain)));
    },
  );

  it('runs no plan but the winner', async () => {
    const explain = (filter: object) => toDoc({ explain: find(filter), verbosity: 'allPlansExecution' });
    const triedOut = (reply: Doc) => (reply.get('executionStats') as Doc).get('allPlansExecution');
    expect(triedOut(await askMongod(explain({ a: 1 })))).toEqual([]);
    expect(triedOut(await argon.ask(explain({ a: 1 })))).toEqual([]);
    // Here mongod tries out several.
    expect(triedOut(await argon.ask(explain({ a: 1, u: 2 })))).toEqual([]);
  });

  it.each(CHOICES.map((command) => [text(toDoc(command)), command] as const))(
    'where there is a choice: %s',
    async (_name, command) => {
      const explain = toDoc({ explain: command, verbosity: 'queryPlanner' });
      const ours = allOf(await argon.ask(explain));
      expect(ours).toEqual(allOf(await askMongod(explain)));
      expect(ours.length).toBeGreaterThan(1);
    },
  );

  it.each(
    COMMANDS.filter((command) => 'find' in command).map(
      (command) => [text(toDoc(command)), command] as const,
    ),
  )('what they did: %s', async (_name, command) => {
    const explain = toDoc({ explain: command, verbosity: 'executionStats' });
    expect(countsOf(await argon.ask(explain))).toEqual(countsOf(await askMongod(explain)));
  });
});

/** Keys examined are left out: mongod counts those, too, at which it finds that a range is over. */
function countsOf(reply: Doc): unknown {
  const stats = reply.get('executionStats') as Doc | undefined;
  if (stats === undefined) return text(reply);
  return [Number(stats.get('nReturned')), Number(stats.get('totalDocsExamined'))];
}

function rejectedOf(reply: Doc): unknown[] {
  const planner = reply.get('queryPlanner') as Doc | undefined;
  return sorted((planner?.get('rejectedPlans') ?? []) as Doc[]);
}

/** Without intersections of indexes, which Argon does not make. */
function allOf(reply: Doc): unknown[] {
  const planner = reply.get('queryPlanner') as Doc;
  const plans = [planner.get('winningPlan') as Doc, ...(planner.get('rejectedPlans') as Doc[])];
  return sorted(plans.filter((plan) => !text(plan).includes('"AND_')));
}

function sorted(plans: readonly Doc[]): unknown[] {
  return plans
    .map((plan) => text(plan))
    .sort()
    .map((plan) => JSON.parse(plan));
}

function planOf(reply: Doc): unknown {
  const planner = reply.get('queryPlanner') as Doc | undefined;
  return planner === undefined ? text(reply) : JSON.parse(text(planner.get('winningPlan')!));
}
