import { toDoc } from '@argon/bson';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inProcess, type InProcess } from './testing/in-process';

let argon: InProcess;

beforeAll(async () => {
  argon = await inProcess('distinct');
});

afterAll(() => argon.close());

it('tells values in their order, of equal ones the first', async () => {
  const values = [3, 'b', [7, 5, null], 1, {}, 'A', 3n, [[9], [8]]];
  const documents = values.map((a, _id) => ({ _id, a }));
  await argon.ask(toDoc({ insert: 'c', documents }));
  const distinct = { distinct: 'c', key: 'a' };
  const plain = [null, 1, 3, 5, 7, 'A', 'b', new Map(), [8], [9]];
  expect((await argon.ask(toDoc(distinct))).get('values')).toEqual(plain);
  const folded = await argon.ask(
    toDoc({ ...distinct, query: { a: { $type: 'string' } }, collation: { locale: 'en', strength: 1 } }),
  );
  expect(folded.get('values')).toEqual(['A', 'b']);
});

it('has no value of what is missing under a number in the path, with an index as without', async () => {
  const documents = [{ a: 1 }, { a: { 0: { c: 1 } } }];
  await argon.ask(toDoc({ insert: 'numbered', documents }));
  const distinct = toDoc({ distinct: 'numbered', key: 'a.0.c' });
  expect((await argon.ask(distinct)).get('values')).toEqual([1]);
  const indexes = [{ key: { 'a.0.c': 1 }, name: 'a.0.c_1' }];
  await argon.ask(toDoc({ createIndexes: 'numbered', indexes }));
  expect((await argon.ask(distinct)).get('values')).toEqual([1]);
});
