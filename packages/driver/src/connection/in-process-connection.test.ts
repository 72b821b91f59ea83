import { expect, it } from 'vitest';
import { ArgonClient } from '../client/argon-client';

it('a program that awaits one command after the other lets timers run', async () => {
  const client = await new ArgonClient('memory:').connect();
  const things = client.db('shop').collection<{ _id: number }>('things');
  await things.insertOne({ _id: 1 });
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 1);
  const end = performance.now() + 300;
  while (performance.now() < end) await things.findOne({ _id: 1 });
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(3);
  await client.close();
});
