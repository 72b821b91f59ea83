import { Double, toDoc, type Doc } from '@argon/bson';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inProcess, type InProcess } from './testing/in-process';
import type { Ask } from './testing/index-cases';

let server: InProcess;
const run = (command: object, ask: Ask = server.ask): Promise<Doc> =>
  ask(toDoc(command as Record<string, unknown>));

beforeEach(async () => {
  server = await inProcess('shop');
  const documents = Array.from({ length: 200 }, (_, i) => ({ _id: i, a: i % 20, b: i, tags: [i % 3, 'x'] }));
  await run({ insert: 't', documents });
  await run({
    createIndexes: 't',
    indexes: [
      { key: { a: 1, b: -1 }, name: 'ab' },
      { key: { tags: 1 }, name: 'tags' },
    ],
  });
});
afterEach(() => server.close());

async function explained(
  command: object,
  ask?: Ask,
): Promise<{ plan: string; keys: number; documents: number }> {
  const reply = await run({ explain: command, verbosity: 'executionStats' }, ask);
  const stats = reply.get('executionStats') as Doc;
  const stages: unknown[] = [];
  let stage = (reply.get('queryPlanner') as Doc).get('winningPlan') as Doc | undefined;
  for (; stage !== undefined; stage = stage.get('inputStage') as Doc | undefined)
    stages.push(stage.get('stage'));
  return {
    plan: stages.join(' < '),
    keys: Number(stats.get('totalKeysExamined')),
    documents: Number(stats.get('totalDocsExamined')),
  };
}

async function found(command: object, ask?: Ask): Promise<unknown[]> {
  const reply = await run(command, ask);
  return ((reply.get('cursor') as Doc).get('firstBatch') as Doc[]).map((document) => document.get('_id'));
}

describe('an index', () => {
  it('gives what is asked for in its own order', async () => {
    expect(await found({ find: 't', filter: { a: { $in: [4, 3] }, b: { $lt: 50 } } })).toEqual([
      43, 23, 3, 44, 24, 4,
    ]);
    const range = { find: 't', filter: { a: { $gte: 18 }, b: { $gt: 190 } } };
    expect(await found(range)).toEqual([198, 199]);
    // Between the two, keys that cannot be wanted are jumped over.
    expect((await explained(range)).keys).toBeLessThan(6);
  });

  it('gives a sort its order, in both directions, and stops at the limit', async () => {
    const newest = { find: 't', filter: { a: 7 }, sort: { b: -1 }, limit: 2 };
    expect(await found(newest)).toEqual([187, 167]);
    expect(await explained(newest)).toEqual({ plan: 'LIMIT < FETCH < IXSCAN', keys: 2, documents: 2 });
    const oldest = { find: 't', filter: { a: 7 }, sort: { b: 1 }, limit: 2 };
    expect(await found(oldest)).toEqual([7, 27]);
    expect(await explained(oldest)).toEqual({ plan: 'LIMIT < FETCH < IXSCAN', keys: 2, documents: 2 });
    expect(await found({ find: 't', sort: { _id: -1 }, limit: 3 })).toEqual([199, 198, 197]);
  });

  it('is sorted by its keys where it has what is sorted by, before a document is read', async () => {
    const last = { find: 't', filter: { a: { $gt: 10 } }, sort: { b: -1 }, limit: 3 };
    expect(await found(last)).toEqual([199, 198, 197]);
    expect(await explained(last)).toEqual({ plan: 'FETCH < SORT < IXSCAN', keys: 90, documents: 3 });
  });

  it('is read once per record, whatever keys that has', async () => {
    const both = { find: 't', filter: { tags: { $in: ['x', 1] } } };
    expect((await found(both)).length).toBe(101);
    const all = { find: 't', filter: { tags: { $in: ['x', 0, 1, 2] } }, batchSize: 1000 };
    expect(new Set(await found(all)).size).toBe(200);
    expect((await found(all)).length).toBe(200);
  });

  it('counts without a document, and tells distinct values by looking at one key each', async () => {
    expect((await run({ count: 't', query: { a: 7 } })).get('n')).toBe(10);
    expect(await explained({ count: 't', query: { a: 7 } })).toEqual({
      plan: 'COUNT < COUNT_SCAN',
      keys: 10,
      documents: 0,
    });
    expect((await run({ distinct: 't', key: 'a', query: { a: { $gt: 16 } } })).get('values')).toEqual([
      17, 18, 19,
    ]);
    expect(await explained({ distinct: 't', key: 'a' })).toEqual({
      plan: 'PROJECTION_COVERED < DISTINCT_SCAN',
      keys: 20,
      documents: 0,
    });
    const counted = await run({
      aggregate: 't',
      pipeline: [{ $match: { a: 7 } }, { $group: { _id: 1, n: { $sum: 1 } } }],
      cursor: {},
    });
    expect(((counted.get('cursor') as Doc).get('firstBatch') as Doc[])[0]!.get('n')).toBe(10);
  });

  it('answers from its keys alone what is only about its fields, in a pipeline too', async () => {
    const find = { find: 't', filter: { a: 7, b: { $lt: 50 } }, projection: { _id: 0, b: 1, a: 1 } };
    const covered = { plan: 'PROJECTION_COVERED < IXSCAN', keys: 3, documents: 0 };
    expect(await explained(find)).toEqual(covered);
    const reply = await run(find);
    expect((reply.get('cursor') as Doc).get('firstBatch')).toEqual([
      toDoc({ a: 7, b: 47 }),
      toDoc({ a: 7, b: 27 }),
      toDoc({ a: 7, b: 7 }),
    ]);
    const then = server.askIn(`shop@${await server.lsn()}`);
    // Now there are numbers of several types, and keys do not tell which is which.
    await run({ insert: 't', documents: [{ _id: 'd', a: new Double(7), b: new Double(7) }] });
    expect((await explained(find)).documents).toBe(4);
    const types = (await run(find)).get('cursor') as Doc;
    expect((types.get('firstBatch') as Doc[]).filter((each) => each.get('b') instanceof Double)).toHaveLength(
      1,
    );
    expect((await explained(find, then)).documents).toBe(0);

    const pipeline = [{ $match: { a: { $gt: 17 } } }, { $group: { _id: '$a', sum: { $sum: '$b' } } }];
    const group = { aggregate: 't', pipeline, cursor: {} };
    expect((await explained(group, then)).documents).toBe(0);
    const sums = (await run(group)).get('cursor') as Doc;
    expect(sums.get('firstBatch')).toEqual([toDoc({ _id: 18, sum: 1080 }), toDoc({ _id: 19, sum: 1090 })]);
  });

  it('serves writes, also those that follow others in one command', async () => {
    const updates = [
      { q: { a: 7 }, u: { $set: { a: 70 } }, multi: true },
      { q: { a: 70, b: { $gt: 100 } }, u: { $set: { a: 71 } }, multi: true },
      { q: { a: 71 }, u: { $set: { c: 1 } } },
    ];
    expect((await run({ update: 't', updates })).get('nModified')).toBe(10 + 5 + 1);
    const hinted = {
      update: 't',
      updates: [{ q: { a: 71 }, u: { $set: { c: 2 } }, multi: true, hint: 'ab' }],
    };
    expect((await run(hinted)).get('nModified')).toBe(5);
    expect((await run({ delete: 't', deletes: [{ q: { a: 71 }, limit: 0 }] })).get('n')).toBe(5);
    expect((await run({ count: 't', query: { a: { $gte: 70 } } })).get('n')).toBe(5);
  });

  it('serves the past as it was then', async () => {
    const then = server.askIn(`shop@${await server.lsn()}`);
    await run({ update: 't', updates: [{ q: { a: 7 }, u: { $set: { a: 8 } }, multi: true }] });
    const query = { find: 't', filter: { a: 7 } };
    expect(await found(query)).toEqual([]);
    expect((await found(query, then)).length).toBe(10);
    expect(await explained(query, then)).toEqual({ plan: 'FETCH < IXSCAN', keys: 10, documents: 10 });
  });

  it('serves $lookup, once reading the other collection whole would take longer', async () => {
    const orders = Array.from({ length: 1_200 }, (_, i) => ({ _id: i, of: i % 400, items: [i % 7] }));
    await run({ insert: 'orders', documents: orders });
    const pipeline = [
      { $match: { _id: { $in: [3, 5, 399] } } },
      { $lookup: { from: 'orders', localField: '_id', foreignField: 'of', as: 'orders' } },
      { $project: { ids: '$orders._id' } },
    ];
    const joined = async () => {
      const reply = await run({ aggregate: 't', pipeline, cursor: {} });
      return ((reply.get('cursor') as Doc).get('firstBatch') as Doc[]).map((each) => each.get('ids'));
    };
    const without = await joined();
    expect(without).toEqual([
      [3, 403, 803],
      [5, 405, 805],
    ]);
    await run({ createIndexes: 'orders', indexes: [{ key: { of: 1 }, name: 'of' }] });
    expect(await joined()).toEqual(without);
  });

  it('holds every document, so that one with no keys in it is refused, before the index or after', async () => {
    const both = { _id: 'both', c: [1, 2], d: [3, 4] };
    const index = { createIndexes: 't', indexes: [{ key: { c: 1, d: 1 }, name: 'cd' }] };
    await run({ insert: 't', documents: [both] });
    expect((await run(index)).get('code')).toBe(171);
    await run({ delete: 't', deletes: [{ q: { _id: 'both' }, limit: 1 }] });
    await run(index);
    const [refusal] = (await run({ insert: 't', documents: [both] })).get('writeErrors') as Doc[];
    expect(refusal!.get('code')).toBe(171);
    expect(await found({ find: 't', filter: { c: 1 } })).toEqual([]);
  });
});

describe('a hint', () => {
  it('makes a query use an index, or none', async () => {
    expect((await explained({ find: 't', filter: { b: 5 }, hint: 'ab' })).plan).toBe('FETCH < IXSCAN');
    expect((await explained({ find: 't', filter: { a: 5 }, hint: { $natural: 1 } })).plan).toBe('COLLSCAN');
    expect((await explained({ find: 't', filter: { a: 5 }, hint: { a: 1, b: -1 } })).plan).toBe(
      'FETCH < IXSCAN',
    );
  });

  it.each([
    { find: 't', hint: 'none' },
    { find: 't', hint: { b: 1 } },
    { count: 't', query: {}, hint: 'none' },
    { delete: 't', deletes: [{ q: {}, limit: 0, hint: 'none' }] },
  ])('that names no index is refused: %j', async (command) => {
    const reply = await run(command);
    const [error] = (reply.get('writeErrors') as Doc[] | undefined) ?? [reply];
    expect(error!.get('code')).toBe(2);
    expect(error!.get('errmsg')).toContain('hint provided does not correspond to an existing index');
  });
});
