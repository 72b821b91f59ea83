import { toDoc, type Value } from '@argon/bson';
import { describe, expect, it } from 'vitest';
import { neededFields } from './pipeline-paths';

const fieldsOf = (...stages: { [name: string]: unknown }[]) => {
  const needed = neededFields(stages.map((stage): Value => toDoc(stage)));
  return needed === undefined ? 'all' : [...needed].sort();
};

describe('the fields that a pipeline needs', () => {
  it('are those that a $group names', () => {
    expect(fieldsOf({ $group: { _id: '$a.b', n: { $sum: { $multiply: ['$c', 2] } } } })).toEqual(['a', 'c']);
    expect(fieldsOf({ $group: { _id: 1, n: { $sum: 1 } } })).toEqual([]);
    expect(fieldsOf({ $count: 'n' })).toEqual([]);
    expect(fieldsOf({ $sortByCount: '$tag' })).toEqual(['tag']);
  });

  it('and those of stages before it', () => {
    expect(
      fieldsOf(
        { $unwind: { path: '$tags', includeArrayIndex: 'i' } },
        { $match: { $or: [{ 'x.y': 1 }, { $expr: { $gt: ['$z', '$$NOW'] } }] } },
        { $set: { w: { $add: ['$v', 1] } } },
        { $sort: { s: 1 } },
        { $limit: 3 },
        { $group: { _id: '$tags' } },
      ),
    ).toEqual(['i', 's', 'tags', 'v', 'w', 'x', 'z']);
  });

  it('are all where documents are handed on, or are asked for as a whole', () => {
    expect(fieldsOf({ $match: { a: 1 } })).toBe('all');
    expect(fieldsOf({ $group: { _id: null, all: { $push: '$$ROOT' } } })).toBe('all');
    expect(fieldsOf({ $group: { _id: { $getField: 'a' } } })).toBe('all');
    expect(fieldsOf({ $lookup: {} }, { $count: 'n' })).toBe('all');
    expect(fieldsOf({ $match: { $jsonSchema: {} } }, { $count: 'n' })).toBe('all');
  });
});
