import { storeKinds, type StoreFixture } from '@argon/driver/testing';
import { sharedMongod } from '@argon/tools-mongod';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, startProcess, type Workspace } from '../testing/run';

const kinds = storeKinds(async () => (await sharedMongod()).uri).filter(({ shared }) => shared);

describe.each(kinds)('history on the $name store', (kind) => {
  let store: StoreFixture;
  let space: Workspace;

  const run = (command: object, ...argv: string[]) => space.ok(['run', JSON.stringify(command), ...argv]);
  const set = (id: unknown, fields: object) =>
    run({ update: 'users', updates: [{ q: { _id: id }, u: { $set: fields } }] });
  const remove = (...ids: unknown[]) =>
    run({ delete: 'users', deletes: [{ q: { _id: { $in: ids } }, limit: 0 }] });
  const jsonLines = async (...argv: string[]) =>
    (await space.ok([...argv, '--json'])).stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  const names = async () => (await jsonLines('find', 'users')).map(({ name }) => name as string);

  beforeEach(async () => {
    store = await kind.make();
    space = await makeWorkspace(store.address);
    await space.ok(['init']);
    await space.ok(['project', 'create', 'shop']);
    await run({
      insert: 'users',
      documents: [
        { _id: 1, name: 'Ann', tags: ['a'] },
        { _id: 'b', name: 'Bob' },
      ],
    });
  });
  afterEach(async () => {
    await space.remove();
    await store.remove();
  });

  it('tells who changed which fields, newest first', async () => {
    await set(1, { name: 'Anne', age: { $numberLong: '5' }, tags: ['a', 'b'] });
    const text = (await space.ok(['history', '--limit', '2'])).stdout;
    expect(text).toMatch(/^LSN \d+ {2}.* UTC {2}.*\(argon-cli\) {2}update users 1$/m);
    expect(text).toContain('    name: "Ann" → "Anne"\n');
    expect(text).toContain('    tags[1]: + ["b"]\n');
    expect(text).toContain('    age: + 5\n');
    expect(text).toContain('    + {"_id":"b","name":"Bob"}\n');
    const [last] = await jsonLines('history', '-c', 'users', '--id', '1', '--limit', '1');
    expect(last).toMatchObject({
      operation: 'update',
      collection: 'users',
      id: 1,
      hidden: false,
      actor: { app: 'argon-cli' },
      changes: [
        { path: ['name'], before: 'Ann', after: 'Anne' },
        { path: ['tags'], at: 1, removed: [], inserted: ['b'] },
        { path: ['age'], after: { $numberLong: '5' } },
      ],
    });
    const operations = (await jsonLines('log', '--limit', '0')).map(({ operation }) => operation as string);
    expect(operations).toEqual([
      'update',
      'insert',
      'insert',
      'create_collection',
      'create_branch',
      'create_project',
    ]);
    expect(await jsonLines('history', '--id', 'b')).toHaveLength(1);
    expect(await jsonLines('history', '--actor', 'nobody')).toEqual([]);
    expect(await jsonLines('history', '--since', '1 hour ago', '-c', 'users')).toHaveLength(4);
    expect(await jsonLines('history', '--until', '1 hour ago')).toEqual([]);
  });

  it('leaves out what resets hid, unless asked for it', async () => {
    const { headLsn } = (await space.ok(['branch', 'info', '--json'])).json().branch;
    await set(1, { name: 'Eve' });
    await space.ok(['branch', 'reset', 'main', '--to-lsn', String(headLsn), '--yes']);
    const operations = async (...argv: string[]) =>
      (await jsonLines('history', '--limit', '2', ...argv)).map(({ operation, hidden }) => [
        operation,
        hidden,
      ]);
    expect(await operations()).toEqual([
      ['reset_branch', false],
      ['insert', false],
    ]);
    expect(await operations('--hidden')).toEqual([
      ['reset_branch', false],
      ['update', true],
    ]);
    expect((await space.ok(['history', '--hidden'])).stdout).toContain('(hidden by a reset)');
  });

  it('blames fields', async () => {
    const [first] = await jsonLines('history', '-c', 'users', '--id', '1');
    await set(1, { name: 'Anne' });
    const [last] = await jsonLines('history', '--limit', '1');
    const fields = await jsonLines('blame', 'users', '1');
    expect(fields.map(({ path, value, lsn }) => [path, value, lsn])).toEqual([
      [['_id'], 1, first.lsn],
      [['name'], 'Anne', last.lsn],
      [['tags', 0], 'a', first.lsn],
    ]);
    expect((await space.ok(['blame', 'users', '1'])).stdout).toMatch(
      /^tags\.0 +"a" +\d+ .* UTC .*argon-cli/m,
    );
    const missed = await space.run(['blame', 'users', '77']);
    expect(missed.code).toBe(3);
    expect(missed.stderr).toContain("no document with _id 77 in collection 'users'");
  });

  it('lists what is gone and brings it back after a yes', async () => {
    await remove(1, 'b');
    const gone = await jsonLines('recover', '--list');
    expect(gone.map(({ id, how, document }) => [id, how, document.name])).toEqual([
      ['b', 'delete', 'Bob'],
      [1, 'delete', 'Ann'],
    ]);
    expect((await space.ok(['recover', '--list', '-c', 'users'])).stdout).toMatch(
      /^users "b" {2}delete at LSN/m,
    );

    expect((await space.run(['recover'])).code).toBe(2);
    expect((await space.run(['recover', '--id', '1'])).stderr).toContain('add --collection');
    const asked = await space.run(['recover', '-c', 'users']);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toMatch(/2 documents would come back.*--yes/s);
    const dry = (await space.ok(['recover', '-c', 'users', '--dry-run', '--json'])).json();
    expect(dry).toMatchObject({ done: false, recovery: { recovered: 2, head: null } });
    expect((await space.run(['find', 'users', '--json'])).stdout.trim()).toBe('');

    const some = (await space.ok(['recover', '-c', 'users', '--id', 'b', '7', '--yes', '--json'])).json();
    expect(some).toMatchObject({ done: true, recovery: { recovered: 1, unknown: ['7'] } });
    expect(await names()).toEqual(['Bob']);
    const rest = await space.ok(['recover', '-f', '{"name": "Ann"}', '--yes']);
    expect(rest.stdout).toMatch(/^1 document came back on branch main\n {2}users 1 .*\nCurrent LSN: \d+\n$/s);
    expect(await names()).toEqual(['Bob', 'Ann']);
    expect((await space.ok(['recover', '--list'])).stderr).toBe('Nothing is gone.\n');
    const nothing = await space.ok(['recover', '-c', 'users', '--id', '1', '--yes']);
    expect(nothing.stdout).toContain('Nothing came back on branch main\nThere already, and left alone: 1\n');
  });

  it('follows what others write, until Ctrl-C', async () => {
    const argv = ['history', '--follow', '--limit', '1', '--json', '--store', store.address];
    const { child, done } = startProcess(argv);
    await once(child.stdout, 'data');
    const seen: string[] = [];
    child.stdout.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
    await set('b', { name: 'Bert' });
    await expect.poll(() => seen.join(''), { timeout: 20_000 }).toContain('"after":"Bert"');
    child.kill('SIGINT');
    const told = await done;
    expect(told.stderr).toBe('');
    expect(told.code).toBe(0);
    expect(told.stdout.trim().split('\n')).toHaveLength(2);
  });
});

it('takes ids as people write them, and says what is wrong with others', async () => {
  const space = await makeWorkspace('memory:');
  const complaint = async (...argv: string[]) => (await space.run(['history', ...argv])).stderr;
  expect(await complaint('--id', '{"$oid": 1')).toContain('--id is not Extended JSON');
  expect(await complaint('--limit', '-1')).toContain('--limit takes a whole number');
  await space.remove();
});
