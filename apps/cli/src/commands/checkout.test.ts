import { LegacyDatabase, batches } from '@argon/branch/prefix';
import { sharedMongod } from '@argon/tools-mongod';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { everyType } from '@argon/wal/testing';
import { makeWorkspace, type Workspace } from '../testing/run';

const NAME = `argon_cli_checkout_${process.pid}`;
let database: LegacyDatabase;
let address: string;
let space: Workspace;

beforeAll(async () => {
  const url = new URL((await sharedMongod()).uri);
  url.pathname = `/${NAME}`;
  address = url.toString();
  database = await LegacyDatabase.open(address);
});
afterAll(async () => {
  await database?.close();
});
beforeEach(async () => {
  await database.db.dropDatabase();
  space = await makeWorkspace();
  await space.ok(['init']);
  await space.ok(['project', 'create', 'shop']);
});
afterEach(() => space.remove());

const insert = (...documents: object[]) => space.ok(['run', JSON.stringify({ insert: 'users', documents })]);

async function copied(collection: string): Promise<Buffer> {
  const found: Uint8Array[] = [];
  for await (const batch of batches(database, { find: collection }, 1000)) found.push(...batch);
  return Buffer.concat(found);
}

describe('checkout', () => {
  it('writes every type to the byte, and what changed since when it is done again', async () => {
    const bytes = Buffer.concat(everyType());
    await space.ok(['import', '-', '--collection', 'types', '--format', 'bson'], { stdin: bytes });
    const { stdout } = await space.ok(['checkout', 'main', '--to', address]);
    expect(stdout).toMatch(
      /^Checked out main at LSN \d+ to mongodb:.*\n {2}\d+ documents inserted, 0 replaced/,
    );
    expect((await copied('types')).equals(bytes)).toBe(true);
    await insert({ _id: 1 });
    const { checkout, done } = (await space.ok(['checkout', 'main', '--to', address, '--json'])).json();
    expect(done).toBe(true);
    expect(checkout).toMatchObject({ project: 'shop', branch: 'main', inserted: 1, updated: 0, deleted: 0 });
    expect(checkout.from).toBeLessThan(checkout.lsn);
    const { verify } = (await space.ok(['verify-copy', 'main', '--with', address, '--json'])).json();
    expect(verify).toMatchObject({ equal: true, lsn: checkout.lsn });
  });

  it('refuses a database where something lies, and overwrites it when told to', async () => {
    await insert({ _id: 1, n: 1 }, { _id: 2, n: 2 });
    await database.db.collection<{ _id: number }>('users').insertMany([{ _id: 1 }, { _id: 3 }]);
    await database.db.collection('theirs').insertOne({});
    const refused = await space.run(['checkout', 'main', '--to', address, '--json']);
    expect(refused.code).toBe(4);
    expect(JSON.parse(refused.stderr).error.code).toBe('ARGON_MIGRATE_SITE_NOT_EMPTY');
    const overwrite = ['checkout', 'main', '--to', address, '--overwrite'];
    const preview = await space.ok([...overwrite, '--dry-run']);
    expect(preview.stdout).toContain('  theirs: dropped, with 1 document\n');
    expect(preview.stdout).toContain('  users: 1 inserted, 1 replaced, 1 deleted');
    expect((await space.ok([...overwrite, '--dry-run', '--json'])).json()).toMatchObject({
      done: false,
      checkout: {
        collections: [
          { name: 'theirs', dropped: true },
          { name: 'users', dropped: false },
        ],
      },
    });
    // Nobody is there to be asked.
    const unasked = await space.run(overwrite);
    expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining('--yes')]);
    expect(await database.db.collection('theirs').countDocuments()).toBe(1);
    await space.ok([...overwrite, '--yes']);
    await space.ok(['verify-copy', '--with', address]);
  });

  it('keeps a database in step until it is stopped', async () => {
    await insert({ _id: 1 });
    const stop = new AbortController();
    const following = space.run(['checkout', 'main', '--to', address, '--follow', '--json'], {
      signal: stop.signal,
    });
    const users = database.db.collection('users');
    const until = async (count: number): Promise<void> => {
      while ((await users.countDocuments()) < count) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await until(1);
    await insert({ _id: 2 }, { _id: 3 });
    await until(3);
    await space.ok(['verify-copy', 'main', '--with', address, '--at', 'position']);
    stop.abort();
    const { code, stdout } = await following;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ done: true, checkout: { branch: 'main' } });
  });

  it('says what is missing or does not go together', async () => {
    expect((await space.run(['checkout', 'main'])).stderr).toContain('--to mongodb://host/NAME');
    expect((await space.run(['checkout', 'main', '--to', 'file.json'])).stderr).toContain("'file.json'");
    expect((await space.run(['checkout', 'mian', '--to', address])).stderr).toContain("'main'");
    for (const extra of [['--follow', '--at', '3'], ['--dry-run'], ['--rate', 'x']]) {
      expect((await space.run(['checkout', 'main', '--to', address, ...extra])).code).toBe(2);
    }
  });
});

describe('verify-copy', () => {
  it('lists what differs, and ends with 1', async () => {
    await insert({ _id: 1, n: 1, deep: { a: [1, 2] } }, { _id: 2, n: 2 }, { _id: 3, n: 3 });
    await space.ok(['checkout', 'main', '--to', address]);
    const users = database.db.collection<{ _id: number }>('users');
    await users.updateOne({ _id: 1 }, { $set: { 'deep.a': [1, 3, 4] } });
    await users.deleteOne({ _id: 2 });
    await users.insertOne({ _id: 4 });
    await users.createIndex({ n: 1 });
    const told = await space.run(['verify-copy', 'main', '--with', address]);
    expect(told.code).toBe(1);
    for (const line of [
      '  users: 1 document missing in the copy, 1 document too many in the copy, 1 document different',
      "    index 'n_1' only in the copy",
      '    different: 1',
      '      deep.a[1]: [2] → [3,4]',
      '    extra: 4',
      '    missing: 2',
    ]) {
      expect(told.stdout).toContain(line);
    }
    const { verify } = (await space.run(['verify-copy', 'main', '--with', address, '--json'])).json();
    expect(verify.collections[0]).toMatchObject({
      ...{ name: 'users', missing: 1, extra: 1, different: 1 },
      definitions: [{ kind: 'index', names: ['n_1'], branch: null }],
    });
    const few = await space.run(['verify-copy', '--with', address, '--samples', '1']);
    expect(few.stdout).toContain('… and 2 documents more');
    expect((await space.run(['verify-copy', '--with', address, '--samples', 'x'])).code).toBe(2);
    expect((await space.run(['verify-copy'])).stderr).toContain('--with mongodb://host/NAME');
  });
});
