import { Binary, Long } from '@argon/bson';
import { NOBODY } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStack, type Stack } from '../../testing/stack';
import { deciderOf } from '../decide';
import { MergeService } from '../merge-service';
import { readMergePlan } from './read-plan';

let stack: Stack;
let merges: MergeService;

const insert = (database: string, ...documents: Record<string, unknown>[]) =>
  stack.run(database, { insert: 'items', documents });
const set = (database: string, id: unknown, fields: Record<string, unknown>) =>
  stack.run(database, { update: 'items', updates: [{ q: { _id: id }, u: { $set: fields } }] });
const plan = async (from: object = { name: 'feature' }): Promise<string[]> => {
  const lines: string[] = [];
  for await (const line of merges.plan({ project: 'shop', from: from as { name: string }, into: 'main' })) {
    lines.push(line);
  }
  return lines;
};
const apply = async (lines: readonly string[]) => merges.merge(await readMergePlan(lines), NOBODY);
/** Writes a decision into the line of a conflict. */
const decide = (line: string, decision: string) => line.replace('"decision":null', `"decision":${decision}`);
const document = async (id: string) => (await stack.documents('shop', 'items')).get(id);

beforeEach(async () => {
  stack = await openStack();
  merges = new MergeService(stack.engine);
  await insert('shop', { _id: 1, n: 1, city: 'Bern' }, { _id: 2, n: 2 }, { _id: 3 });
  await stack.branches.create('shop', 'feature', {}, NOBODY);
});
afterEach(() => stack.close());

describe('a plan', () => {
  it('is a line for each step and conflict, for people to read', async () => {
    await set('shop~feature', 1, { n: 10, city: 'Genf' });
    await set('shop~feature', 2, { tags: ['a'] });
    await insert('shop~feature', { _id: 4, big: Long.fromNumber(7), small: 1.5 });
    await stack.run('shop~feature', { delete: 'items', deletes: [{ q: { _id: 3 }, limit: 1 }] });
    await set('shop', 1, { n: 11 });
    const lines = (await plan()).map((line) => line.replace(/,"check":"[0-9a-f]{8}"}$/, '}'));
    expect(lines[0]).toMatch(
      /^\{"op":"merge-plan","version":1,"project":"shop","from":\{"branch":"feature","lsn":\d+,"fixed":false\},"into":\{"branch":"main","lsn":\d+\},"base":\{"branch":"main","lsn":\d+\},"help":"/,
    );
    expect(lines.slice(1)).toEqual([
      '{"op":"conflict","collection":"items","_id":1,"decision":null,' +
        '"fields":[{"path":"n","base":1,"ours":11,"theirs":10}],' +
        '"base":{"_id":1,"n":1,"city":"Bern"},"ours":{"_id":1,"n":11,"city":"Bern"},"theirs":{"_id":1,"n":10,"city":"Genf"}}',
      '{"op":"update","collection":"items","_id":2,"changes":[{"path":"tags","after":["a"]}]}',
      '{"op":"delete","collection":"items","_id":3,"document":{"_id":3}}',
      '{"op":"insert","collection":"items","_id":4,"document":{"_id":4,"big":{"$numberLong":"7"},"small":1.5}}',
      '{"op":"end","lines":6,"inserted":1,"updated":1,"deleted":1,"catalog":0,"conflicts":1,"open":1}',
    ]);
  });

  it('is carried out with the decisions written into it', async () => {
    await set('shop~feature', 1, { n: 10, city: 'Genf' });
    await set('shop~feature', 2, { n: 20 });
    await set('shop~feature', 3, { n: 30 });
    await set('shop', 1, { n: 11 });
    await set('shop', 2, { n: 21 });
    await stack.run('shop', { delete: 'items', deletes: [{ q: { _id: 3 }, limit: 1 }] });
    const lines = await plan();
    await expect(apply(lines)).rejects.toMatchObject({
      code: 'ARGON_BRANCH_MERGE_CONFLICT',
      data: { open: 3 },
    });
    const decided = [
      lines[0]!,
      decide(lines[1]!, '"theirs"'),
      '',
      decide(lines[2]!, '{"_id": 2, "n": 22, "by": "hand"}'),
      decide(lines[3]!, '"ours"').replaceAll('":', '": '),
      `${lines[4]!}\n`,
    ];
    const report = await apply(decided);
    expect(report).toMatchObject({ conflicts: 3, open: 0, counts: { updated: 2 } });
    expect(await document('1')).toEqual({ _id: 1, n: 10, city: 'Genf' });
    expect(await document('2')).toEqual({ _id: 2, n: 22, by: 'hand' });
    expect(await document('3')).toBeUndefined();
    expect(
      await merges.merge({ project: 'shop', from: { name: 'feature' }, into: 'main' }, NOBODY),
    ).toMatchObject({
      upToDate: true,
    });
  });

  it('leaves to another decider what it does not decide', async () => {
    await set('shop~feature', 1, { n: 10 });
    await set('shop~feature', 2, { n: 20 });
    await set('shop', 1, { n: 11 });
    await set('shop', 2, { n: 21 });
    const [head, one, two, end] = await plan();
    const lines = [head!, decide(one!, '"ours"'), two!, end!];
    await merges.merge(await readMergePlan(lines, deciderOf({ all: 'theirs' })), NOBODY);
    expect([await document('1'), await document('2')]).toEqual([
      { _id: 1, n: 11, city: 'Bern' },
      { _id: 2, n: 20 },
    ]);
  });

  it.each(['shop', 'shop~feature'])('is outdated once somebody wrote to %s', async (database) => {
    await set('shop~feature', 1, { n: 10 });
    const lines = await plan();
    await insert(database, { _id: 9 });
    const head = await stack.head('shop');
    await expect(apply(lines)).rejects.toMatchObject({ code: 'ARGON_BRANCH_PLAN_OUTDATED' });
    expect(await stack.head('shop')).toBe(head);
  });

  it('of a moment stays good when the branch that it is of goes on', async () => {
    await set('shop~feature', 1, { n: 10 });
    const then = await stack.head('shop', 'feature');
    const lines = await plan({ name: 'feature', at: { lsn: then } });
    await set('shop~feature', 1, { n: 12 });
    await apply(lines);
    expect(await document('1')).toMatchObject({ n: 10 });
  });

  it('decides about collections, their names, options and indexes', async () => {
    const both = ['shop', 'shop~feature'];
    await stack.run('shop', { create: 'gone' });
    await stack.run('shop', { create: 'old' });
    await stack.run('shop', { insert: 'old', documents: [{ _id: 1, n: 1 }] });
    await stack.branches.delete('shop', 'feature', NOBODY);
    await stack.branches.create('shop', 'feature', {}, NOBODY);
    for (const [i, database] of both.entries()) {
      await stack.run(database, { collMod: 'items', validator: { n: { $lt: 100 + i } } });
      await stack.run(database, {
        createIndexes: 'items',
        indexes: [{ key: { n: i === 0 ? 1 : -1 }, name: 'x' }],
      });
      await stack.run('admin', {
        renameCollection: `${database}.old`,
        to: `${database}.${i === 0 ? 'mine' : 'theirs'}`,
      });
      const name = i === 0 ? 'mine' : 'theirs';
      await stack.run(database, { update: name, updates: [{ q: { _id: 1 }, u: { $set: { n: i + 10 } } }] });
    }
    await stack.run('shop', { insert: 'gone', documents: [{ _id: 1 }] });
    await stack.run('shop~feature', { drop: 'gone' });
    const lines = await plan();
    const told = lines.slice(1, -1).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told).toMatchObject([
      { op: 'conflict', what: 'dropped', collection: 'gone', base: 'gone', ours: 'gone' },
      { op: 'conflict', what: 'options', ours: { validator: { n: { $lt: 100 } } } },
      { op: 'conflict', what: 'index', index: 'x', theirs: { key: { n: -1 } } },
      { op: 'conflict', what: 'renamed', collection: 'mine', base: 'old', ours: 'mine', theirs: 'theirs' },
      { op: 'conflict', collection: 'mine', _id: 1 },
    ]);
    await apply(lines.map((line) => decide(line, '"theirs"')));
    const shop = await stack.materializer.current((await stack.branches.get('shop', 'main')).id);
    const feature = await stack.materializer.current((await stack.branches.get('shop', 'feature')).id);
    expect([...shop.collections.keys()].sort()).toEqual(['items', 'theirs']);
    expect(shop.collections.get('items')!.catalog).toEqual(feature.collections.get('items')!.catalog);
    expect(await stack.documents('shop', 'theirs')).toEqual(await stack.documents('shop~feature', 'theirs'));
  });

  it('keeps ids and documents that Extended JSON cannot hold', async () => {
    const id = { bson: new Binary(Uint8Array.of(1)) };
    await insert('shop', { _id: id, n: 1, odd: { $oid: 'no' } });
    await stack.branches.delete('shop', 'feature', NOBODY);
    await stack.branches.create('shop', 'feature', {}, NOBODY);
    await set('shop~feature', id, { n: 2 });
    await set('shop', id, { n: 3 });
    const lines = await plan();
    expect(lines[1]).toMatch(/"_id":\{"bson":\{"\$binary".*"ours":\{"bson":/);
    const [, theirs] = /"theirs":(\{"bson":.*?\}\}\})/.exec(lines[1]!)!;
    await apply(lines.map((line) => decide(line, theirs!)));
    const [, , , changed] = [...(await stack.documents('shop', 'items')).values()];
    expect(changed).toMatchObject({ n: 2, odd: { $oid: 'no' } });
  });

  it('has lines longer than any document may be', async () => {
    const text = 'x'.repeat(7 * 2 ** 20);
    await insert('shop', { _id: 5, text, n: 1 });
    await stack.branches.delete('shop', 'feature', NOBODY);
    await stack.branches.create('shop', 'feature', {}, NOBODY);
    await set('shop~feature', 5, { n: 2 });
    await set('shop', 5, { n: 3 });
    const lines = await plan();
    expect(lines[1]!.length).toBeGreaterThan(3 * text.length);
    await apply(lines.map((line) => decide(line, '"theirs"')));
    expect(await document('5')).toEqual({ _id: 5, text, n: 2 });
  });

  it.each<[string, number, (lines: string[]) => string[]]>([
    ['text that is none', 2, ([head, ...rest]) => [head!, 'x', ...rest]],
    [
      'another value than the decision',
      2,
      ([head, one, ...rest]) => [head!, one!.replace('10', '12'), ...rest],
    ],
    ['a decision that is none', 2, ([head, one, ...rest]) => [head!, decide(one!, '"mine"'), ...rest]],
    [
      'a document with another _id',
      2,
      ([head, one, ...rest]) => [head!, decide(one!, '{"_id": 7}'), ...rest],
    ],
    [
      'a decision where nothing clashes',
      3,
      ([head, one, two, end]) => [head!, one!, two!.replace('{', '{"decision":"ours",'), end!],
    ],
    ['a line that is missing', 3, ([head, one, , end]) => [head!, one!, end!]],
    ['an end that is missing', 4, (lines) => lines.slice(0, -1)],
    ['something after the end', 5, (lines) => [...lines, lines[1]!]],
    ['no beginning', 1, (lines) => lines.slice(1)],
    ['nothing', 1, () => []],
    ['two beginnings', 2, ([head, ...rest]) => [head!, head!, ...rest]],
    ['another version', 1, ([head, ...rest]) => [head!.replace('"version":1', '"version":2'), ...rest]],
  ])('with %s is refused, and says that it is line %d', async (_, line, damage) => {
    await set('shop~feature', 1, { n: 10 });
    await set('shop~feature', 2, { n: 20 });
    await set('shop', 1, { n: 11 });
    const lines = await plan();
    expect(lines).toHaveLength(4);
    await expect(readMergePlan(damage(lines))).rejects.toMatchObject({
      code: 'ARGON_BRANCH_PLAN_FORMAT',
      message: expect.stringContaining(`line ${line} of the plan`) as string,
      data: { line },
    });
  });
});
