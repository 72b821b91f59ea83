import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, startProcess, type Workspace } from '../testing/run';

let space: Workspace;
beforeEach(async () => {
  space = await makeWorkspace();
  await space.ok(['init']);
});
afterEach(async () => {
  await space.remove();
});

/** A server that has said where it is. */
async function serving(...argv: readonly string[]) {
  const { child, done } = startProcess(['serve', '--port', '0', '--json', ...argv], { cwd: space.folder });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const where = JSON.parse(line.toString()) as { uri: string; port: number; metricsPort: number | null };
  return { child, done, ...where };
}

describe('argon serve', () => {
  it('is a MongoDB to drivers, on the store that the command line uses, until it is stopped', async () => {
    const { child, done, uri, metricsPort } = await serving('--metrics-port', '0');
    const client = await new MongoClient(uri, { appName: 'shop-app' }).connect();
    await client.db('shop').collection<{ _id: number }>('users').insertOne({ _id: 1 });
    const found = await space.ok(['find', 'users', '-p', 'shop', '--json']);
    expect(found.stdout).toContain('"_id":1');
    await space.ok(['branch', 'create', 'feature-x', '-p', 'shop']);
    expect(await client.db('shop~feature-x').collection('users').countDocuments()).toBe(1);
    const history = await space.ok(['history', '-p', 'shop', '--json']);
    expect(history.stdout).toContain('shop-app');
    const health = await fetch(`http://127.0.0.1:${metricsPort}/healthz`);
    expect([health.status, await health.text()]).toEqual([200, 'ok\n']);
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(metrics).toMatch(/argon_command_seconds_count\{command="insert",ok="true"\} 1/);
    child.kill('SIGTERM');
    expect((await done).code).toBe(0);
    await client.close();
  });

  it('lets nobody in without a login where one is asked for', async () => {
    await writeFile(space.path('secret'), 'open sesame\n');
    await space.ok(['user', 'create', 'ann', '--password-file', 'secret', '--role', 'readWrite@shop']);
    const { child, done, port } = await serving('--auth');
    const as = (login: string) =>
      new MongoClient(`mongodb://${login}127.0.0.1:${port}/?authSource=admin`, {
        serverSelectionTimeoutMS: 5000,
      });
    const stranger = as('');
    await expect(stranger.db('shop').collection('users').findOne()).rejects.toMatchObject({ code: 13 });
    await stranger.close();
    const wrong = as('ann:sesame@');
    await expect(wrong.connect()).rejects.toMatchObject({ code: 18, message: 'Authentication failed.' });
    await wrong.close();
    const ann = as('ann:open%20sesame@');
    await ann.db('shop').collection<{ _id: number }>('users').insertOne({ _id: 1 });
    await expect(ann.db('other').collection('users').insertOne({})).rejects.toMatchObject({ code: 13 });
    expect((await space.ok(['history', '-p', 'shop', '--json'])).stdout).toContain('"ann"');
    await space.ok(['user', 'update', 'ann', '--role', 'read@shop']);
    await expect
      .poll(
        () =>
          ann
            .db('shop')
            .collection('users')
            .insertOne({})
            .then(
              () => 0,
              (error) => error.code,
            ),
        { timeout: 10_000 },
      )
      .toBe(13);
    await ann.close();
    child.kill('SIGINT');
    expect((await done).code).toBe(0);
  });

  it('is not seen from other machines without a login', async () => {
    const refused = await space.run(['serve', '--host', '0.0.0.0', '--port', '0']);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('it must ask for a login')]);
  });

  it('says that its port is taken', async () => {
    const { child, done, port } = await serving();
    const second = await space.run(['serve', '--port', String(port)]);
    expect([second.code, second.stderr]).toEqual([
      1,
      expect.stringContaining(`Port ${port} of 127.0.0.1 is taken`),
    ]);
    child.kill('SIGTERM');
    await done;
  });
});

describe('argon user', () => {
  it('makes, lists, changes and deletes users; the store keeps them, and no project shows', async () => {
    await space.ok(['user', 'create', 'ann', '--password-file', '-'], { stdin: 'secret' });
    expect(
      (await space.run(['user', 'create', 'ann', '--password-file', '-'], { stdin: 'x' })).stderr,
    ).toContain('already exists');
    await space.ok(['user', 'create', 'bob', '--db', 'shop', '--role', 'read@shop', '--password-file', '-'], {
      stdin: 'b',
    });
    expect((await space.ok(['user', 'list', '--json'])).json()).toEqual({
      users: [
        { user: 'ann', db: 'admin', roles: [{ role: 'root', db: 'admin' }] },
        { user: 'bob', db: 'shop', roles: [{ role: 'read', db: 'shop' }] },
      ],
    });
    expect((await space.ok(['project', 'list', '--json'])).json().projects).toEqual([]);
    await space.ok(['user', 'delete', 'ann', '--yes']);
    expect((await space.ok(['user', 'list'])).stdout).not.toContain('ann');
    expect((await space.run(['user', 'delete', 'ann', '--yes'])).stderr).toContain(
      "User 'ann@admin' not found",
    );
  });

  it.each([
    [['user', 'create', 'x'], 'nobody to ask'],
    [['user', 'create', 'x', '--role', 'king', '--password-file', '-'], "no role 'king' on 'admin'"],
    [['user', 'create', 'x', '--password-file', 'missing'], 'cannot be read'],
    [['user', 'create', 'x', '--password-file', '-'], 'password is empty'],
  ])('%j: %s', async (argv, message) => {
    const result = await space.run(argv);
    expect([result.code, result.stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
