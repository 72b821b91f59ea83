import { ArgonClient } from '@argon/driver';
import { decodeDocument } from '@argon/bson';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compare } from './compare';

interface Item {
  readonly _id: unknown;
  readonly n?: number;
}

let client: ArgonClient;
beforeAll(async () => {
  client = await new ArgonClient('memory:').connect();
});
afterAll(() => client.close());

it('tells documents on one side from those on both, and changed ones from equal ones', async () => {
  const [left, right] = ['left', 'right'].map((name) => client.db('shop').collection<Item>(name));
  const ids = ['a', 1, 2.5, 'b', { x: 1 }, 10, 9, new Date(0)];
  await left!.insertMany(ids.map((_id) => ({ _id, n: 1 })));
  await right!.insertMany([...ids].reverse().map((_id) => ({ _id, n: 1 })));
  expect(await compare(left!, right!)).toEqual({
    same: 8,
    onlyLeft: 0,
    onlyRight: 0,
    changed: 0,
    sample: [],
  });
  await right!.deleteMany({ _id: { $in: ['a', 10] } as never });
  await right!.insertMany([{ _id: 'c' }, { _id: 0 }, { _id: true }] as never);
  await right!.updateMany({ _id: { $in: [9, 'b'] } as never }, { $inc: { n: 1 } });
  const result = await compare(left!, right!);
  expect(result).toMatchObject({ same: 4, onlyLeft: 2, onlyRight: 3, changed: 2 });
  expect(
    result.sample.map(([before, after]) => [decodeDocument(before).get('n'), decodeDocument(after).get('n')]),
  ).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(await compare(left!, client.db('shop').collection<Item>('empty'))).toMatchObject({
    onlyLeft: 8,
    same: 0,
  });
});
