import { toDoc, type Doc } from '@argon/bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inProcess, type InProcess } from './testing/in-process';

/** A filter that fails on the document whose `_id` is 3. */
const FAILING = { $expr: { $gt: [{ $divide: [1, { $subtract: ['$_id', 3] }] }, -10] } };

describe('documents before the one that cannot be asked', () => {
  let argon: InProcess;

  beforeAll(async () => {
    argon = await inProcess('failing');
    const documents = [1, 2, 3, 4].map((_id) => ({ _id, a: [_id] }));
    await argon.ask(toDoc({ insert: 'c', documents }));
  });

  afterAll(() => argon.close());

  it.each([
    [{ find: 'c', filter: FAILING, limit: 2 }, [1, 2]],
    [{ find: 'c', filter: FAILING, limit: 3 }, 2],
    [{ aggregate: 'c', pipeline: [{ $match: FAILING }, { $limit: 2 }], cursor: {} }, [1, 2]],
    [
      {
        aggregate: 'c',
        pipeline: [
          { $unwind: '$a' },
          { $project: { x: { $divide: [1, { $subtract: ['$a', 3] }] } } },
          { $limit: 2 },
        ],
        cursor: {},
      },
      [1, 2],
    ],
  ])('are there if they are enough: %j', async (command, expected) => {
    const reply = await argon.ask(toDoc(command));
    const batch = (reply.get('cursor') as Doc | undefined)?.get('firstBatch') as Doc[] | undefined;
    expect(batch?.map((document) => document.get('_id')) ?? reply.get('code')).toEqual(expected);
  });
});
