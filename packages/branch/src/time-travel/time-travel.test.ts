import { decodeDocument } from '@argon/bson';
import { NOBODY } from '@argon/wal';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStack, type Stack } from '../testing/stack';
import { TimeTravelService } from './time-travel-service';

let stack: Stack;
let travel: TimeTravelService;

beforeEach(async () => {
  stack = await openStack();
  travel = new TimeTravelService(stack.engine);
  await stack.run('shop', { insert: 'users', documents: [{ _id: 1, n: 1 }] });
  await stack.run('shop', {
    insert: 'orders',
    documents: Array.from({ length: 1000 }, (_, i) => ({ _id: i })),
  });
});
afterEach(() => stack.close());

const ids = async (batches: AsyncIterable<readonly Uint8Array[]>): Promise<unknown[]> => {
  const found: unknown[] = [];
  for await (const batch of batches) found.push(...batch.map((bytes) => decodeDocument(bytes).get('_id')));
  return found;
};

it('shows what a reset hid, as it was then', async () => {
  const head = await stack.head('shop');
  const early = head - 1000;
  await stack.branches.reset('shop', 'main', { lsn: early - 1 }, NOBODY);
  const state = await travel.stateAtLSN('shop', 'main', head);
  expect([...state.collections.values()].map(({ name, count }) => [name, count])).toEqual([
    ['orders', 1000],
    ['users', 1],
  ]);
  expect(await ids(state.collections.get('orders')!.documents())).toEqual(
    Array.from({ length: 1000 }, (_, i) => i),
  );
  expect((await travel.stateAtTime('shop', 'main', Date.now() + 1000)).collections.has('orders')).toBe(false);
});

it('reads a collection as often as is asked, also one that was begun', async () => {
  const { collections } = await travel.stateAtLSN('shop', 'main', await stack.head('shop'), ['orders']);
  expect([...collections.keys()]).toEqual(['orders']);
  const orders = collections.get('orders')!;
  for (let i = 0; i < 2; i++) expect(await ids(orders.documents())).toHaveLength(1000);
});

it('does not change while others write', async () => {
  const { collections } = await travel.stateAtTime('shop', 'main', new Date(Date.now() + 1000));
  await stack.run('shop', { delete: 'orders', deletes: [{ q: {}, limit: 0 }] });
  expect(await ids(collections.get('orders')!.documents())).toHaveLength(1000);
});

it('refuses what is not there', async () => {
  const head = await stack.head('shop');
  await expect(travel.stateAtLSN('shop', 'main', head, ['users', 'user'])).rejects.toMatchObject({
    code: 'ARGON_BRANCH_COLLECTIONS_MISSING',
    data: { missing: ['user'] },
  });
  await expect(travel.stateAtLSN('shop', 'main', head + 1)).rejects.toThrow(/LSN/);
  await expect(travel.findLSNAtTime('shop', 'main', 0)).rejects.toThrow();
  await expect(travel.findLSNAtTime('shop', 'none', Date.now())).rejects.toThrow(/none/);
});
