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

it('tells the cluster time to sessions of the program, and not to those of the driver', async () => {
  const client = await new ArgonClient('memory:', { monitorCommands: true }).connect();
  const told: [string, boolean][] = [];
  client.on('commandSucceeded', ({ commandName, reply }) => {
    told.push([commandName, (reply as Record<string, unknown>)['$clusterTime'] !== undefined]);
  });
  const things = client.db('shop').collection<{ _id: number }>('things');
  await things.insertOne({ _id: 1 });
  await things.findOne({ _id: 1 });
  await client.db('shop').command({ ping: 1 });
  await client.withSession(async (session) => {
    await things.findOne({ _id: 1 }, { session });
    expect(session.clusterTime?.clusterTime).toEqual(session.operationTime);
  });
  expect(told.filter(([name]) => name !== 'endSessions')).toEqual([
    ['insert', false],
    ['find', false],
    ['ping', true],
    ['find', true],
  ]);
  await client.close();
});
