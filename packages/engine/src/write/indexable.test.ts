import { toDoc, type Doc } from '@argon/bson';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inProcess, type InProcess } from '../plan/testing/in-process';

let argon: InProcess;

beforeAll(async () => {
  argon = await inProcess('indexable');
});

afterAll(() => argon.close());

it.each([
  [[{ '0': 1 }], 16746],
  [[5, { '0': [] }], 16746],
  [[{ b: 1 }], undefined],
  [{ '0': 1 }, undefined],
])('an index on a.0 and a: %j', async (a, code) => {
  const indexes = [{ key: { 'a.0': -1 }, name: 'i' }];
  await argon.ask(toDoc({ createIndexes: 'c', indexes }));
  const reply = await argon.ask(toDoc({ insert: 'c', documents: [{ a }] }));
  const [error] = (reply.get('writeErrors') ?? []) as Doc[];
  expect(error?.get('code')).toBe(code);
});

it('tells which definitions were there already, and refuses filters that match nothing', async () => {
  const index = (name: string, more = {}) => ({ key: { [name]: 1 }, name, ...more });
  const create = async (...indexes: object[]) => argon.ask(toDoc({ createIndexes: 'd', indexes }));
  expect((await create(index('x'))).get('note')).toBeUndefined();
  expect((await create(index('x'), index('y'))).get('note')).toBe('index already exists');
  expect((await create(index('x'), index('y'))).get('note')).toBe('all indexes already exist');
  const partial = await create(index('z', { partialFilterExpression: { b: { $all: [] } } }));
  expect(partial.get('code')).toBe(67);
  expect((await create(index('_fts'))).get('code')).toBe(67);
});
