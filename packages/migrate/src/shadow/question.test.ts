import { stringifyEjson } from '@argon/bson';
import { Command } from '@argon/engine';
import { describe, expect, it } from 'vitest';
import { questionOf } from './question';

const asked = (command: Readonly<Record<string, unknown>>) => questionOf(Command.from(command, 'shop'));
const pipeline = (...stages: object[]) => asked({ aggregate: 'people', pipeline: stages, cursor: {} });

describe('a question for both sides', () => {
  it('has one right answer: documents stand by their _id where the command does not say', () => {
    const command = {
      ...{ find: 'people', filter: { n: 1 }, sort: { n: -1 }, limit: 3, batchSize: 2, lsid: { id: 1 } },
      ...{ $readPreference: { mode: 'primary' }, readConcern: { level: 'local' }, singleBatch: true },
    };
    expect(stringifyEjson(asked(command)!.site)).toBe(
      '{"find":"people","filter":{"n":1},"sort":{"n":-1,"_id":1},"limit":3,"batchSize":1001}',
    );
    expect(stringifyEjson(asked({ find: 'people', sort: { _id: -1 } })!.log)).toBe(
      '{"find":"people","sort":{"_id":-1},"limit":1001,"batchSize":1001}',
    );
    const question = pipeline({ $sort: { n: 1 } }, { $limit: 2 });
    expect(stringifyEjson(question!.site.get('pipeline')!)).toBe(
      '[{"$sort":{"_id":1}},{"$sort":{"n":1,"_id":1}},{"$limit":2}]',
    );
  });

  it('counts by a pipeline in mongod, which does not count at a moment', () => {
    const question = asked({ count: 'people', query: { n: 1 }, skip: 2, limit: -5, hint: 'n_1' })!;
    expect(stringifyEjson(question.site)).toBe(
      '{"aggregate":"people","pipeline":[{"$match":{"n":1}},{"$skip":2},{"$limit":5},{"$count":"n"}],"cursor":{},"hint":"n_1"}',
    );
    expect(stringifyEjson(question.log)).toBe(
      '{"count":"people","query":{"n":1},"skip":2,"limit":-5,"hint":"n_1"}',
    );
  });

  it.each([
    ['$sample', [{ $sample: { size: 3 } }]],
    ['$rand', [{ $project: { x: { $rand: {} } } }]],
    ['the time', [{ $set: { now: '$$NOW' } }]],
    ['$out', [{ $out: 'there' }]],
    ['a cut through groups as they come', [{ $group: { _id: '$n' } }, { $limit: 2 }]],
    ['a cut through a join', [{ $lookup: { from: 'a', pipeline: [{ $limit: 1 }], as: 'a' } }]],
    ['a cut through what is sorted by no key', [{ $unwind: '$a' }, { $sort: { n: 1 } }, { $limit: 1 }]],
    ['the first of groups', [{ $group: { _id: '$n' } }, { $group: { _id: 1, n: { $first: '$_id' } } }]],
  ])('is none with %s', (_, stages) => {
    expect(pipeline(...stages)).toBeUndefined();
  });

  it.each([
    [{ find: 'people', filter: { $where: 'true' } }],
    [{ find: 'people', sort: { $natural: 1 } }],
    [{ find: 'people', tailable: true }],
    [{ find: 'people', autocommit: false, txnNumber: 1 }],
    [{ aggregate: 1, pipeline: [{ $currentOp: {} }], cursor: {} }],
    [{ listIndexes: 'people' }],
  ])('is none for %j', (command) => {
    expect(asked(command)).toBeUndefined();
  });

  it.each([
    [[{ $group: { _id: '$n', all: { $push: '$_id' } } }]],
    [[{ $group: { _id: '$n' } }, { $sort: { _id: -1 } }, { $limit: 2 }]],
    [[{ $unwind: '$a' }, { $limit: 3 }]],
    [[{ $lookup: { from: 'a', localField: 'n', foreignField: 'n', as: 'a' } }]],
  ])('is one for %j', (stages) => {
    expect(pipeline(...stages)).toBeDefined();
  });
});
