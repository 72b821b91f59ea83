import { sharedMongod } from '@argon/tools-mongod';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { makeWorkspace, startProcess, type Workspace } from '../testing/run';

const NAME = `argon_cli_mirror_${process.pid}`;
let client: MongoClient;
let address: string;
let space: Workspace;

beforeAll(async () => {
  const { uri } = await sharedMongod();
  client = await new MongoClient(uri).connect();
  const url = new URL(uri);
  url.pathname = `/${NAME}`;
  address = url.toString();
});
afterAll(async () => {
  await client?.close();
});
beforeEach(async () => {
  const people = client.db(NAME).collection<{ _id: number; n: number }>('people');
  await client.db(NAME).dropDatabase();
  await people.insertMany(Array.from({ length: 1500 }, (_, i) => ({ _id: i, n: i })));
  await people.createIndex({ n: 1 }, { unique: true });
  await people.createIndex({ n: 'text' }, { textIndexVersion: 2 });
  space = await makeWorkspace();
  await space.ok(['init']);
});
afterEach(async () => {
  await space.remove();
  await client.db(NAME).dropDatabase();
});

const documents = async (branch = 'main') =>
  ((await space.ok(['branch', 'info', branch, '-p', NAME, '--json'])).json().collections as object[]).map(
    (each) => each as { name: string; documents: number },
  );

it('catches up and ends; run again, it goes on', async () => {
  const first = (await space.ok(['mirror', address, '--create', '--once', '--json'])).json();
  expect(first).toMatchObject({
    project: NAME,
    branch: 'main',
    documents: 1500,
    events: 0,
    notes: ["index 'n_text' of 'people' was left out: Text indexes of version 2 are not supported"],
    restarted: false,
  });
  expect(await documents()).toMatchObject([{ name: 'people', documents: 1500 }]);
  await client
    .db(NAME)
    .collection('people')
    .deleteMany({ n: { $lt: 500 } });
  await client.db(NAME).collection('pets').insertOne({ name: 'Rex' });
  const again = await space.ok(['mirror', address, '--once']);
  expect(again.stdout).toContain(`${NAME}~main shows mongodb://`);
  expect(again.stdout).not.toContain('@');
  expect(await documents()).toMatchObject([
    { name: 'people', documents: 1000 },
    { name: 'pets', documents: 1 },
  ]);
  const twice = (await space.ok(['mirror', address, '--once', '--json'])).json();
  expect(twice).toMatchObject({ documents: 0, notes: first.notes as object });
});

it('asks before it takes a branch that shows something, and refuses one with commits of its own', async () => {
  await space.ok(['mirror', address, '--create', '--once']);
  await space.ok(['branch', 'create', 'work']);
  await client
    .db(NAME)
    .collection('people')
    .deleteMany({ n: { $gte: 10 } });
  const unasked = await space.run(['mirror', address, '--once', '--branch', 'work']);
  expect(unasked.stderr).toContain('Branch work shows 1,500 documents in 1 collection.');
  expect(unasked.code).toBe(2);
  await space.ok(['mirror', address, '--once', '--branch', 'work', '--yes']);
  expect(await documents('work')).toMatchObject([{ documents: 10 }]);
  await space.ok(['branch', 'create', 'mine']);
  await space.ok(['import', '-', '-c', 'people', '-b', 'mine'], { stdin: '{"_id": "mine"}' });
  const refused = await space.run(['mirror', address, '--once', '--branch', 'mine', '--yes']);
  expect(refused.stderr).toContain('commits of its own');
  expect(refused.code).toBe(4);
});

it('says what is wrong with a source', async () => {
  expect((await space.run(['mirror', 'people.json'])).code).toBe(2);
  expect((await space.run(['mirror', address, '--once', '--rate', 'fast'])).code).toBe(2);
  const empty = await space.run(['mirror', address, '--once']);
  expect(empty.stderr).toContain('add --create');
  expect(empty.code).toBe(2);
  const missing = await space.run(['mirror', address, '--once', '-p', 'none']);
  expect(missing.stderr).toContain('add --create');
  expect(missing.code).toBe(3);
});

it('follows until Ctrl-C', async () => {
  const { child, done } = startProcess(['mirror', address, '--create', '--json'], { cwd: space.folder });
  const seen = async (count: number) => {
    for (;;) {
      const found = await documents().catch(() => []);
      if (found[0]?.documents === count) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  await seen(1500);
  await client.db(NAME).collection('people').insertOne({ n: -1 });
  await seen(1501);
  child.kill('SIGINT');
  const result = await done;
  expect(result.code).toBe(0);
  expect(result.json()).toMatchObject({ documents: 1500, events: 1 });
});
