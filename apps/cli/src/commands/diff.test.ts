import { readFile, writeFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../cli/run-cli';
import { makeWorkspace, type Workspace } from '../testing/run';

let space: Workspace;
const run = (command: object, ...argv: string[]) => space.ok(['run', JSON.stringify(command), ...argv]);
const head = async (name = 'main') =>
  (await space.ok(['branch', 'info', name, '--json'])).json().branch.headLsn as number;
const lines = (text: string) => text.trim().split('\n');

beforeEach(async () => {
  space = await makeWorkspace();
  await space.ok(['init']);
  await space.ok(['project', 'create', 'shop']);
  await run({
    insert: 'users',
    documents: [
      { _id: 1, name: 'Ada', tags: ['a'] },
      { _id: 2, name: 'Bob' },
      { _id: 3, name: 'Cyd' },
    ],
  });
  await space.ok(['branch', 'create', 'feature']);
  const branch = ['--branch', 'feature'];
  await run(
    { update: 'users', updates: [{ q: { _id: 1 }, u: { $set: { age: 36 }, $push: { tags: 'b' } } }] },
    ...branch,
  );
  await run({ delete: 'users', deletes: [{ q: { _id: 3 }, limit: 1 }] }, ...branch);
  await run({ insert: 'users', documents: [{ _id: 4, name: 'Dan' }] }, ...branch);
  await run({ createIndexes: 'users', indexes: [{ key: { name: 1 }, name: 'by_name' }] }, ...branch);
});
afterEach(() => space.remove());

describe('argon diff', () => {
  it('shows documents and fields', async () => {
    const { stdout } = await space.ok(['diff', 'main', 'feature']);
    const [first, ...rest] = lines(stdout);
    expect(first).toMatch(/^main@\d+ \(.* UTC\) → feature@\d+ \(.* UTC\)$/);
    expect(rest).toEqual([
      '',
      'collection users',
      '+ index by_name: {"v":2,"key":{"name":1},"name":"by_name"}',
      '~ {"_id":1}',
      '  + tags.1: "b"',
      '  + age: 36',
      '- {"_id":3,"name":"Cyd"}',
      '+ {"_id":4,"name":"Dan"}',
    ]);
  });

  it('is red and green where colours are wanted', async () => {
    const { stdout } = await space.ok(['diff', 'main', 'feature'], { env: { FORCE_COLOR: '1' } });
    expect(stdout).toContain('\u001b[31m- {"_id":3,"name":"Cyd"}\u001b[39m');
    expect(stdout).toContain('\u001b[32m+ {"_id":4,"name":"Dan"}\u001b[39m');
    const plain = await space.ok(['diff', 'main', 'feature'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\u001b');
  });

  it('is counted by --stat', async () => {
    const { stdout } = await space.ok(['diff', 'main', 'feature', '--stat']);
    expect(lines(stdout).slice(1)).toEqual([
      'collection users  +1  ~1  -1  3 → 3 documents',
      '  + index by_name: {"v":2,"key":{"name":1},"name":"by_name"}',
      '  fields changed: tags ×1, age ×1',
      '  + field age: int',
    ]);
    const { diff, collections } = (await space.ok(['diff', 'main', 'feature', '--stat', '--json'])).json();
    expect(diff).toMatchObject({ from: { branch: 'main' }, to: { project: 'shop', branch: 'feature' } });
    expect(collections).toMatchObject([
      {
        collection: 'users',
        inserted: 1,
        updated: 1,
        deleted: 1,
        fields: { tags: 1, age: 1 },
        fieldsChanged: 2,
      },
    ]);
  });

  it('is a line for each with --json', async () => {
    const { stdout } = await space.ok(['diff', 'main', 'feature', '--json']);
    const [places, collection, ...documents] = lines(stdout).map((line) => JSON.parse(line));
    expect(places.diff.to.branch).toBe('feature');
    expect(collection).toMatchObject({ op: 'collection', collection: 'users', catalog: { renamed: false } });
    expect(documents.map(({ op }) => op)).toEqual(['update', 'delete', 'insert']);
    expect(documents[0]).toMatchObject({
      _id: { $numberInt: '1' },
      changes: [{ path: ['tags'] }, { path: ['age'], after: { $numberInt: '36' } }],
    });
  });

  it('takes moments, tags, a limit and the branch in use', async () => {
    const early = await head();
    await space.ok(['wal', 'pin', 'create', 'v1']);
    await run({ insert: 'users', documents: [{ _id: 5 }, { _id: 6 }] });
    for (const from of ['v1', `main@${early}`, `@${early}`]) {
      const { stdout } = await space.ok(['diff', from]);
      expect(lines(stdout).slice(2)).toEqual(['collection users', '+ {"_id":5}', '+ {"_id":6}']);
      const few = await space.ok(['diff', from, 'main', '--limit', '1']);
      expect(lines(few.stdout).slice(3)).toEqual(['+ {"_id":5}', '… (--limit)']);
    }
    expect((await space.ok(['diff', '@now'])).stdout).toContain('No differences.');
    expect(
      (await space.ok(['diff', 'v1', '@', '-c', 'users']).catch((error: Error) => error)).toString(),
    ).toContain('takes an LSN (1042) or a time');
  });

  it('refuses what is not there', async () => {
    const branch = await space.run(['diff', 'main', 'featrue']);
    expect([branch.code, branch.stderr]).toEqual([3, expect.stringContaining("did you mean 'feature'?")]);
    const collection = await space.run(['diff', 'main', 'feature', '-c', 'user']);
    expect([collection.code, collection.stderr]).toEqual([3, expect.stringContaining("'user'")]);
    expect((await space.run(['diff', 'main', 'feature', '--patch', '--stat'])).code).toBe(2);
    expect((await space.run(['diff', 'main@soon', 'feature'])).code).toBe(2);
  });

  it('goes through the pager on a terminal only', async () => {
    const shown = async (env: Record<string, string>, isTTY: boolean) => {
      const stdout = Object.assign(new PassThrough(), { isTTY });
      const chunks: Buffer[] = [];
      stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      const terminal = {
        stdin: new PassThrough(),
        stdout,
        stderr: new PassThrough(),
        env: { NO_COLOR: '1', PATH: process.env['PATH'], ...env },
        cwd: space.folder,
        signal: new AbortController().signal,
      };
      expect(await runCli(['diff', 'main', 'feature'], terminal)).toBe(0);
      return Buffer.concat(chunks).toString();
    };
    const whole = await shown({ PAGER: 'cat' }, true);
    expect(whole).toContain('+ {"_id":4,"name":"Dan"}');
    expect(await shown({ PAGER: "sed 's/^/| /'" }, true)).toContain('| + {"_id":4,"name":"Dan"}');
    expect(await shown({ PAGER: "sed 's/^/| /'" }, false)).toBe(whole);
    // Somebody who has seen enough.
    expect(lines(await shown({ PAGER: 'head -n 1' }, true))).toHaveLength(1);
    // No less anywhere.
    expect(await shown({ PATH: space.folder }, true)).toBe(whole);
  });
});

describe('argon patch apply', () => {
  const patch = async () => {
    const { stdout } = await space.ok(['diff', 'main', 'feature', '--patch']);
    await writeFile(space.path('feature.patch'), stdout);
    return stdout;
  };

  it('makes the one of the other', async () => {
    await patch();
    const before = await head();
    const dry = (await space.ok(['patch', 'apply', 'feature.patch', '--dry-run', '--json'])).json();
    expect(dry).toMatchObject({
      done: false,
      patch: { conflicts: 0, counts: { inserted: 1, updated: 1, deleted: 1, catalog: 1 }, head: null },
    });
    expect(await head()).toBe(before);
    const asked = await space.run(['patch', 'apply', 'feature.patch']);
    expect([asked.code, await head()]).toEqual([2, before]);
    expect(asked.stderr).toContain('it would make 1 insert, 1 update, 1 delete, 1 change of collections');
    const { stdout } = await space.ok(['patch', 'apply', 'feature.patch', '--yes']);
    expect(stdout).toContain(`To undo: argon branch reset main --to-lsn ${before}`);
    expect((await space.ok(['diff', 'main', 'feature'])).stdout).toContain('No differences.');
  });

  it('is refused where it does not fit, or is no patch', async () => {
    const text = await patch();
    await run({ update: 'users', updates: [{ q: { _id: 3 }, u: { $set: { name: 'Cid' } } }] });
    const before = await head();
    const { code, stderr } = await space.run(['patch', 'apply', 'feature.patch', '--yes']);
    expect([code, await head()]).toEqual([4, before]);
    expect(stderr).toContain('users 3: the document is another than the patch says');
    await writeFile(space.path('cut.patch'), text.slice(0, -30));
    expect((await space.run(['patch', 'apply', 'cut.patch', '--yes'])).code).toBe(2);
    expect((await space.run(['patch', 'apply', 'none.patch', '--yes'])).code).toBe(3);
    expect((await space.run(['patch', 'apply', '.', '--yes'])).stderr).toContain('it is a folder');
    expect(await readFile(space.path('feature.patch'), 'utf8')).toBe(text);
  });
});
