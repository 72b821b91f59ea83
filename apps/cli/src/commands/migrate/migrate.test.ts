import { sharedMongod } from '@argon/tools-mongod';
import { MongoClient, type Db } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, type Workspace } from '../../testing/run';

const NAME = `argon_cli_migrate_${process.pid}`;
let client: MongoClient;
let db: Db;
let address: string;
let space: Workspace;

beforeAll(async () => {
  const { uri } = await sharedMongod();
  client = await new MongoClient(uri).connect();
  db = client.db(NAME);
  const url = new URL(uri);
  url.pathname = `/${NAME}`;
  address = url.toString();
});
afterAll(() => client?.close());
beforeEach(async () => {
  space = await makeWorkspace();
  await space.ok(['init']);
  await db.dropDatabase();
  await db.collection('projects').insertOne({ name: 'shop' });
  await db.collection('branches').insertMany([{ name: 'main' }, { name: 'feature', parent: 'main' }]);
  for (const branch of ['main', 'feature']) {
    const users = db.collection<{ _id: number }>(`${branch}_users`);
    await users.insertMany(Array.from({ length: 50 }, (_, _id) => ({ _id, name: `n${_id}` })));
  }
  await db.collection<{ _id: number }>('feature_users').insertOne({ _id: 50 });
  await space.ok(['config', 'set', 'legacy.uri', address]);
  await space.ok(['config', 'set', 'wal.enabled', 'true']);
});
afterEach(() => space.remove());

const phases = async () =>
  (await space.ok(['migrate', 'status', '--json']))
    .json()
    .branches.map(({ branch, phase }: { branch: string; phase: string }) => `${branch} ${phase}`);
const count = async (branch: string) =>
  (await space.ok(['run', '{"count": "users"}', '-b', branch, '--json'])).json().n as number;

describe('argon migrate', () => {
  it('plans, moves, rolls back and finishes', async () => {
    const plan = (await space.ok(['migrate', 'plan', '--json'])).json().branches;
    expect(plan).toMatchObject([
      { branch: 'main', phase: 'traditional', allowed: false, collections: 1, documents: 50, notes: [] },
      { branch: 'feature', parent: 'main', allowed: false, documents: 51 },
    ]);
    expect((await space.ok(['migrate', 'plan'])).stdout).toContain('not allowed by flags');
    const refused = await space.run(['migrate', 'run', '--all', '--yes']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('wal.newBranchesOnly');
    await space.ok(['config', 'set', 'wal.newBranchesOnly', 'false']);

    const dry = await space.ok(['migrate', 'run', 'main', '--dry-run', '--json']);
    expect(dry.json().branches).toMatchObject([{ branch: 'main', allowed: true, documents: 50 }]);
    const asked = await space.run(['migrate', 'run', 'main']);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('main: 50 documents');
    expect(await phases()).toEqual(['main traditional', 'feature traditional']);
    const run = await space.ok(['migrate', 'run', '--all', '--yes']);
    expect(run.stdout).toContain('main is in the log now · 50 documents compared, equal');
    expect(run.stdout).toContain('feature is in the log now · 51 documents compared, equal');
    expect(await phases()).toEqual(['main turned', 'feature turned']);
    expect((await space.ok(['migrate', 'plan'])).stdout).toContain('No branch is left');
    expect((await space.ok(['diff', 'main', 'feature', '--stat'])).stdout).toContain('users');
    await space.ok([
      'run',
      '{"delete": "users", "deletes": [{"q": {"_id": 0}, "limit": 1}]}',
      '-b',
      'feature',
    ]);
    expect(await db.collection('feature_users').countDocuments()).toBe(51);

    const back = await space.ok(['migrate', 'rollback', 'feature', '--yes', '--json']);
    expect(back.json().branches).toMatchObject([
      { branch: 'feature', turned: true, verified: { equal: true, documents: 50 } },
    ]);
    expect(await phases()).toEqual(['main turned', 'feature copied']);
    expect(await db.collection('feature_users').countDocuments()).toBe(50);
    expect([await count('main'), await count('feature')]).toEqual([50, 50]);

    expect((await space.run(['migrate', 'finish', 'feature', '--yes'])).code).toBe(4);
    expect((await space.run(['migrate', 'finish', 'main'])).code).toBe(2);
    await space.ok(['migrate', 'finish', 'main', '--yes']);
    expect(await phases()).toEqual(['feature copied']);
    expect(await db.listCollections({ name: 'main_users' }).toArray()).toEqual([]);
    expect(await count('main')).toBe(50);
    expect((await space.ok(['wal', 'verify'])).stdout).toContain('No damage');
  });

  it('keeps both sides in step, and tells what came of reads that both were asked', async () => {
    await space.ok(['config', 'set', 'wal.newBranchesOnly', 'false']);
    const inStep = await space.ok(['migrate', 'dual-write', '--all', '--once']);
    expect(inStep.stdout).toContain('main: both sides were in step, and prefixed collections serve it');
    expect(await phases()).toEqual(['main copied', 'feature copied']);
    await db.collection<{ _id: number }>('feature_users').insertOne({ _id: 51 });
    const again = await space.ok(['migrate', 'dual-write', 'feature', '--once', '--json']);
    expect(again.json().branches).toMatchObject([{ branch: 'feature', authority: 'traditional' }]);

    const nothing = await space.ok(['migrate', 'shadow-reads', '--json']);
    expect(nothing.json().branches).toEqual(
      ['main', 'feature'].map((branch) => ({ branch, same: 0, different: 0, skipped: 0, differences: [] })),
    );
    // As a program's client writes it down.
    const difference = {
      at: new Date(),
      command: '{"count":"users"}',
      problem: 'mongod counts 3, the log 2',
    };
    await db
      .collection<{ _id: string }>('argon_shadow_reads')
      .insertOne({ _id: 'main', same: 9, different: 1, differences: [difference] } as never);
    const told = await space.ok(['migrate', 'shadow-reads', 'main']);
    expect(told.stdout).toMatch(/main +9 +1 +0/);
    expect(told.stdout).toContain('main: mongod counts 3, the log 2');
    const refused = await space.run(['migrate', 'run', 'main', '--yes']);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('of 10 reads that both sides were asked, 1 were answered differently');
    await space.ok(['migrate', 'run', 'main', '--yes', '--ignore-shadow-reads']);
    await space.ok(['migrate', 'shadow-reads', 'main', '--forget']);
    expect((await space.ok(['migrate', 'shadow-reads', 'main'])).stdout).toMatch(/main +0 +0 +0/);
    const turned = await space.ok(['migrate', 'dual-write', 'main', '--once']);
    expect(turned.stdout).toContain('main: both sides were in step, and the log serves it');
  });

  it('tells what was done before one failed, and what differs', async () => {
    await space.ok(['config', 'set', 'wal.newBranchesOnly', 'false']);
    await db.collection('feature_users').createIndex({ name: 'text' }, { textIndexVersion: 2 });
    const told = await space.run(['migrate', 'run', '--all', '--yes']);
    expect(told.code).toBe(4);
    expect(told.stdout).toContain('main is in the log now · 50 documents compared, equal');
    expect(told.stdout).toMatch(/Different: feature at LSN \d+ and mongodb:/);
    expect(told.stdout).toContain("    index 'name_text' only in the prefixed collections\n");
    expect(told.stderr).toContain('[ARGON_MIGRATE_DIFFERENCE]');
    expect(await phases()).toEqual(['main turned', 'feature copied']);
    const again = await space.run(['migrate', 'run', '--all', '--yes', '--json']);
    expect(again.code).toBe(4);
    expect(again.json().branches).toMatchObject([
      {
        branch: 'feature',
        turned: false,
        verified: {
          branch: 'feature',
          collections: [{ name: 'users', missing: 0, definitions: [{ kind: 'index' }] }],
        },
      },
    ]);
    await space.ok(['migrate', 'run', '--all', '--yes', '--leave-out']);
    expect((await space.ok(['migrate', 'run', '--all'])).stdout).toBe('No branch is left to migrate.\n');
    await space.ok(['migrate', 'rollback', '--all', '--yes']);
    expect((await space.ok(['migrate', 'rollback', '--all'])).stdout).toContain('No branch of the legacy');
  });

  it('says what is missing, and which branches there are none of', async () => {
    for (const argv of [
      ['run'],
      ['run', 'main', '--all'],
      ['rollback'],
      ['run', 'main', '--rate', 'much', '--yes'],
      ['dual-write'],
    ])
      expect({ argv, code: (await space.run(['migrate', ...argv])).code }).toEqual({ argv, code: 2 });
    expect((await space.run(['migrate', 'plan', 'nobody'])).code).toBe(3);
    await space.ok(['config', 'set', 'legacy.uri', address.replace(NAME, `${NAME}_none`)]);
    for (const command of ['plan', 'status'])
      expect((await space.ok(['migrate', command])).stdout).toContain(`_none lists no branches of project`);
    await space.ok(['config', 'set', 'legacy.uri', '--unset']);
    const told = await space.run(['migrate', 'status']);
    expect(told.code).toBe(2);
    expect(told.stderr).toContain('No legacy database');
  });
});
