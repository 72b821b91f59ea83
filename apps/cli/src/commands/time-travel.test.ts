import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeWorkspace, type Workspace } from '../testing/run';

let space: Workspace;
let [early, late] = [0, 0];
const run = (command: object) => space.ok(['run', JSON.stringify(command)]);
const head = async () =>
  (await space.ok(['branch', 'info', 'main', '--json'])).json().branch.headLsn as number;
const documents = async (...argv: string[]) =>
  (await space.ok(['time-travel', 'users', '--json', ...argv])).stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

beforeEach(async () => {
  space = await makeWorkspace();
  await space.ok(['init']);
  await space.ok(['project', 'create', 'shop']);
  await run({ insert: 'users', documents: [{ _id: 1, n: 1 }] });
  early = await head();
  await run({ insert: 'users', documents: [2, 3, 4].map((n) => ({ _id: n, n })) });
  await run({ insert: 'orders', documents: [{ _id: 1 }] });
  late = await head();
  await space.ok(['branch', 'reset', 'main', '--to-lsn', String(early), '--yes']);
});
afterEach(() => space.remove());

it('shows what a reset hid, as a query finds it', async () => {
  expect(await documents('--time', 'now')).toEqual([{ _id: 1, n: 1 }]);
  const then = ['--lsn', String(late)];
  expect(
    await documents(...then, '--filter', '{"n": {"$gt": 1}}', '--sort', '{"n": -1}', '--limit', '2'),
  ).toEqual([
    { _id: 4, n: 4 },
    { _id: 3, n: 3 },
  ]);
  expect(await documents(...then, '--projection', '{"_id": 1}', '--skip', '3')).toEqual([{ _id: 4 }]);
  const counted = [
    'time-travel',
    '--collection',
    'users',
    ...then,
    '--filter',
    '{"n": {"$gt": 1}}',
    '--count',
  ];
  expect((await space.ok(counted)).stdout).toBe('3\n');
  expect((await space.ok([...counted, '--json'])).json()).toMatchObject({
    lsn: late,
    collection: 'users',
    count: 3,
  });
});

it('tells of the collections that were there', async () => {
  const { stdout } = await space.ok(['time-travel', '--branch', 'main', '--lsn', String(late)]);
  expect(stdout).toMatch(
    /^main at LSN \d+, .* UTC: 2 collections\nCollection +Documents\norders +1\nusers +4\n$/,
  );
  const now = (await space.ok(['time-travel', '--time', '0 seconds ago', '--json'])).json();
  expect(now.collections).toEqual([{ name: 'users', type: 'collection', documents: 1 }]);
});

it('wants one moment that was, and a collection that was there', async () => {
  const code = async (...argv: string[]) => (await space.run(['time-travel', ...argv])).code;
  expect(await code('users')).toBe(2);
  expect(await code('users', '--lsn', '5', '--time', 'now')).toBe(2);
  expect(await code('users', '--time', 'soon')).toBe(2);
  expect(await code('users', '--time', '2001-01-01')).toBe(3);
  expect(await code('orders', '--lsn', String(early))).toBe(3);
});
