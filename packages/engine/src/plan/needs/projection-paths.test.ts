import { toDoc } from '@argon/bson';
import { expect, it } from 'vitest';
import { neededPaths } from './pipeline-paths';
import { projectionPaths } from './projection-paths';

it.each<[object, string[] | undefined]>([
  [{ a: 1 }, ['_id', 'a']],
  [{ _id: 0, a: true, 'b.c': 1 }, ['a', 'b.c']],
  [{ _id: 0, b: { c: 1 } }, ['b.c']],
  [{ _id: 1 }, ['_id']],
  [{ _id: 0, x: '$a.b', y: { $add: ['$c', 1] } }, ['a.b', 'c']],
  [{ _id: 0 }, undefined],
  [{ a: 0 }, undefined],
  [{ _id: 0, a: { $slice: 1 } }, undefined],
  [{ _id: 0, a: { $elemMatch: { b: 1 } } }, undefined],
  [{ _id: 0, 'a.$': 1 }, undefined],
  [{ _id: 0, all: '$$ROOT' }, undefined],
])('a projection %j reads %j', (projection, paths) => {
  const found = projectionPaths(toDoc(projection as Record<string, unknown>));
  expect(found && [...found].sort()).toEqual(paths);
});

it('a pipeline reads no more than its first plain projection keeps', () => {
  const stages = [{ $sort: { 'a.b': 1 } }, { $project: { _id: 0, c: 1 } }, { $lookup: {} }];
  expect([...neededPaths(stages.map((stage) => toDoc(stage)))!]).toEqual(['a.b', 'c']);
  expect(neededPaths([toDoc({ $project: { a: 0 } })])).toBeUndefined();
});
