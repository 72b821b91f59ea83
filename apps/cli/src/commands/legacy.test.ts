import { readFile, writeFile } from 'node:fs/promises';
import { sharedMongod } from '@argon/tools-mongod';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, type Workspace } from '../testing/run';

const NAME = `argon_cli_legacy_${process.pid}`;
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
afterAll(() => client?.close());
beforeEach(async () => {
  space = await makeWorkspace();
  await space.ok(['init']);
  const db = client.db(NAME);
  await db.dropDatabase();
  await db.collection('projects').insertOne({ name: 'shop' });
  await db.collection('branches').insertOne({ name: 'main', created_at: new Date(Date.UTC(2025, 0, 1)) });
  await db.collection('main_users').insertMany([
    { _id: 1 as never, name: 'Ada' },
    { _id: 2 as never, name: 'Grace' },
  ]);
  await db.collection('main_users').createIndex({ name: 1 }, { name: 'by name' });
});
afterEach(() => space.remove());

const attach = (...settings: [string, string][]) =>
  Promise.all([['legacy.uri', address] as const])
    .then(async (all) => {
      for (const [name, value] of [...all, ...settings]) await space.ok(['config', 'set', name, value]);
    })
    .then(() => undefined);

describe('a legacy database', () => {
  it('is a project like any other', async () => {
    await attach();
    expect((await space.ok(['project', 'list', '--json'])).json().projects).toEqual([
      { id: null, name: 'shop', createdAt: null, branches: 1 },
    ]);
    expect((await space.ok(['status', '--json'])).json()).toMatchObject({
      project: 'shop',
      branch: { type: 'traditional', name: 'main', createdAt: '2025-01-01T00:00:00.000Z' },
      collections: [{ name: 'users', documents: 2, indexes: ['_id_', 'by name'] }],
    });
    expect((await space.ok(['status'])).stdout).toContain('main (prefixed collections)');
    const found = await space.ok(['find', 'users', '--sort', '{"_id": -1}', '--json']);
    expect(found.stdout).toBe('{"_id":2,"name":"Grace"}\n{"_id":1,"name":"Ada"}\n');
    expect((await space.ok(['export', 'users', '--format', 'ndjson'])).stdout).toContain('Grace');
    await space.ok(['import', '-', '-c', 'cities'], { stdin: '{"_id": "Bern"}\n{"_id": "Chur"}' });
    expect(await client.db(NAME).collection('main_cities').countDocuments()).toBe(2);
    const counted = await space.ok(['run', '{"count": "cities"}', '--json']);
    expect(counted.json()).toMatchObject({ n: 2 });
  });

  it('has branches that are copies, with what they were made of', async () => {
    await attach();
    const made = await space.ok(['branch', 'create', 'feature', '--protected']);
    expect(made.stdout).toContain('Branch created: feature (prefixed collections)\n  a copy of main');
    await space.ok([
      'run',
      '{"delete": "users", "deletes": [{"q": {"_id": 1}, "limit": 1}]}',
      '-b',
      'feature',
    ]);
    expect((await space.ok(['find', 'users', '-b', 'feature', '--json'])).stdout).toBe(
      '{"_id":2,"name":"Grace"}\n',
    );
    expect(await client.db(NAME).collection('main_users').countDocuments()).toBe(2);
    const info = await space.ok(['branch', 'info', 'feature']);
    expect(info.stdout).toContain('copied from  main');
    expect((await space.run(['branch', 'delete', 'feature', '--yes'])).code).toBe(4);
    await space.ok(['branch', 'protect', 'feature', '--off']);
    const asked = await space.run(['branch', 'delete', 'feature']);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('gone for good');
    await space.ok(['branch', 'delete', 'feature', '--yes']);
    const left = await client.db(NAME).listCollections().toArray();
    expect(left.map(({ name }) => name).filter((name) => name.startsWith('feature_'))).toEqual([]);
  });

  it('says what only the log has, and marks what is there', async () => {
    await attach(['wal.enabled', 'true']);
    for (const command of [
      ['history'],
      ['time-travel', '--lsn', '3', '-c', 'users'],
      ['restore', '--to-lsn', '3'],
      ['diff', 'main', 'main@3'],
      ['tag', 'v1'],
      ['branch', 'reset', 'main', '--to-lsn', '3'],
      ['find', 'users', '--at', '3'],
      ['branch', 'create', 'then', '--at', '3'],
    ]) {
      const told = await space.run(command);
      expect({ command, code: told.code, stderr: told.stderr }).toEqual({
        command,
        code: 1,
        stderr: expect.stringContaining("branch 'main' is a traditional one") as string,
      });
    }
    const list = (await space.ok(['branches', 'list', '--show-type'])).stdout;
    expect(list).toMatch(/\* +main +\[Traditional\]/);
    expect((await space.ok(['branches', 'list'])).stdout).not.toContain('[');
  });

  it('has branches in the log beside it, which go back when that is turned off, and come again', async () => {
    await attach(['wal.enabled', 'true']);
    const users = async (branch: string) =>
      (await space.ok(['find', 'users', '-b', branch, '--sort', '{"_id": 1}', '--json'])).stdout;
    const insert = (id: number, branch: string) =>
      space.ok(['run', `{"insert": "users", "documents": [{"_id": ${id}, "name": "n${id}"}]}`, '-b', branch]);
    const types = async () =>
      (await space.ok(['branches', 'list', '--json']))
        .json()
        .branches.map(({ name, type }: { name: string; type: string }) => `${name} ${type}`)
        .sort();
    const made = await space.ok(['branches', 'create', 'my-feature', '--use-wal']);
    expect(made.stdout).toMatch(/Branch created: my-feature \(Head LSN: \d+\)/);
    expect(await users('my-feature')).toBe(await users('main'));
    await insert(3, 'my-feature');
    const { headLsn } = (await space.ok(['branch', 'info', 'my-feature', '--json'])).json().branch;
    await space.ok(['branch', 'create', 'copy', '--from', 'my-feature', '--traditional']);
    await space.ok(['branch', 'create', 'fork', '--from', 'my-feature']);
    expect(await types()).toEqual(['copy traditional', 'fork wal', 'main traditional', 'my-feature wal']);
    expect(await users('copy')).toBe(await users('my-feature'));

    await space.ok(['config', 'set', 'wal.enabled', 'false']);
    expect(await types()).toEqual(
      ['copy', 'fork', 'main', 'my-feature'].map((name) => `${name} traditional`),
    );
    expect(await client.db(NAME).collection('my-feature_users').countDocuments()).toBe(3);
    expect((await client.db(NAME).collection('fork_users').listIndexes().toArray()).length).toBe(2);
    expect((await space.run(['history', '-b', 'my-feature'])).stderr).toContain('is a traditional one');
    expect((await space.run(['branch', 'create', 'x', '--use-wal'])).code).toBe(2);
    await insert(4, 'my-feature');

    await space.ok(['config', 'set', 'wal.enabled', 'true']);
    expect(await types()).toEqual(['copy traditional', 'fork wal', 'main traditional', 'my-feature wal']);
    expect(await users('my-feature')).toContain('"n4"');
    const then = await space.ok(['find', 'users', '-b', 'my-feature', '--at', String(headLsn), '--json']);
    expect(then.stdout).toContain('"n3"');
    expect(then.stdout).not.toContain('"n4"');
    expect((await space.ok(['wal', 'verify'])).stdout).toContain('No damage');
  });

  it('leaves an import there that broke off', async () => {
    await attach();
    const lines = [...Array.from({ length: 1500 }, (_, i) => `{"_id": ${i}}`), '{"_id": 3}'].join('\n');
    const told = await space.run(['import', '-', '-c', 'numbers'], { stdin: lines });
    expect(told.code).toBe(4);
    expect(told.stderr).toContain('keeps no history');
    expect(await client.db(NAME).collection('main_numbers').countDocuments()).toBe(1500);
  });

  it('decides nothing where there is none', async () => {
    await space.ok(['project', 'create', 'shop']);
    await space.ok(['branch', 'create', 'feature', '--use-wal']);
    expect((await space.ok(['branches', 'list', '--show-type'])).stdout).toMatch(/feature +\[WAL\]/);
    const told = await space.run(['branch', 'create', 'other', '--traditional']);
    expect(told.code).toBe(2);
    expect(told.stderr).toContain('no legacy database');
    expect((await space.run(['branch', 'create', 'x', '--traditional', '--use-wal'])).code).toBe(2);
  });

  it('that cannot be reached is an error that says so, and can be detached', async () => {
    await space.ok([
      'config',
      'set',
      'legacy.uri',
      'mongodb://127.0.0.1:1/shop?serverSelectionTimeoutMS=200',
    ]);
    const told = await space.run(['branch', 'list']);
    expect(told.code).toBe(5);
    expect(told.stderr).toContain('mongodb://127.0.0.1:1/shop');
    await space.ok(['config', 'set', 'legacy.uri', '--unset']);
    expect((await space.ok(['project', 'list', '--json'])).json().projects).toEqual([]);
  });
});

describe('settings of it', () => {
  const origins = async (env?: Record<string, string>) =>
    (await space.ok(['config', 'list', '--json'], env === undefined ? {} : { env })).json() as {
      settings: Record<string, string>;
      origins: Record<string, string>;
    };

  it('come from the environment, then the file, then defaults', async () => {
    const file = `file ${space.path('.argon/config.json')}`;
    expect(await origins()).toMatchObject({
      settings: { 'wal.enabled': 'false', 'wal.newBranchesOnly': 'true', 'wal.percentage': '100' },
      origins: { 'wal.enabled': 'default' },
    });
    await space.ok(['config', 'set', 'wal.enabled', 'true']);
    await space.ok(['config', 'set', 'wal.percentage', '10']);
    expect(await origins({ ENABLE_WAL: 'false', ARGON_LEGACY: address })).toMatchObject({
      settings: { 'wal.enabled': 'false', 'wal.percentage': '10', 'legacy.uri': address },
      origins: {
        'wal.enabled': 'environment ENABLE_WAL',
        'wal.percentage': file,
        'legacy.uri': 'environment ARGON_LEGACY',
      },
    });
    expect((await space.ok(['config', 'list', '--origin'])).stdout).toMatch(/wal\.enabled +true +file /);
    const noted = await space.ok(['config', 'set', 'wal.enabled', 'true'], { env: { ENABLE_WAL: 'no' } });
    expect(noted.stderr).toContain('ENABLE_WAL is set, and goes before the file');
  });

  it('stand in sections of the file, which may be written by hand', async () => {
    await space.ok(['config', 'set', 'wal.enabled', 'true']);
    await space.ok(['config', 'set', 'legacy.project', 'shop']);
    const path = space.path('.argon/config.json');
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      wal: { enabled: 'true' },
      legacy: { project: 'shop' },
    });
    await space.ok(['config', 'set', 'legacy.project', '--unset']);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ wal: { enabled: 'true' } });
    await writeFile(path, '{"wal": {"enabled": false, "percentage": 25, "kept": 1}}');
    expect(await origins()).toMatchObject({ settings: { 'wal.enabled': 'false', 'wal.percentage': '25' } });
    await space.ok(['config', 'set', 'wal.enabled', 'true']);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      wal: { enabled: 'true', percentage: 25, kept: 1 },
    });
    await writeFile(path, '{"wal": true}');
    expect((await space.run(['config', 'list'])).stderr).toContain("has a 'wal' that is not an object");
  });

  it('are looked at before they are written, and hide passwords', async () => {
    for (const [name, value] of [
      ['wal.enabled', 'perhaps'],
      ['wal.percentage', '150'],
      ['wal.cutOff', 'tomorrow'],
      ['legacy.uri', 'localhost/shop'],
      ['legacy.uri', 'mongodb://localhost'],
    ] as const) {
      expect((await space.run(['config', 'set', name, value])).code).toBe(2);
    }
    const secret = 'mongodb://ada:secret@127.0.0.1:1/shop';
    const set = await space.ok(['config', 'set', 'legacy.uri', secret]);
    const shown = [set.stdout, (await space.ok(['config', 'list'])).stdout, JSON.stringify(await origins())];
    for (const text of shown) {
      expect(text).toContain('ada:***@');
      expect(text).not.toContain('secret');
    }
    expect((await space.ok(['config', 'get', 'legacy.uri'])).stdout).toBe(`${secret}\n`);
  });
});
