import { storeKinds, type StoreFixture } from '@argon/driver/testing';
import { sharedMongod } from '@argon/tools-mongod';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, type Workspace } from '../testing/run';

const kinds = storeKinds(async () => (await sharedMongod()).uri).filter(({ shared }) => shared);

describe.each(kinds)('projects and branches on the $name store', (kind) => {
  let store: StoreFixture;
  let space: Workspace;

  beforeEach(async () => {
    store = await kind.make();
    space = await makeWorkspace(store.address);
    await space.ok(['init']);
  });
  afterEach(async () => {
    await space.remove();
    await store.remove();
  });

  const branch = async (name: string) => (await space.ok(['branch', 'info', name, '--json'])).json().branch;
  const put = (id: number, ...argv: string[]) =>
    space.ok(['run', `{"insert": "c", "documents": [{"_id": ${id}}]}`, ...argv]);
  const ids = async (...argv: string[]) =>
    (await space.ok(['find', 'c', '--json', ...argv])).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)._id as number);

  it('prints the heads and LSNs of the first steps', async () => {
    const project = await space.ok(['project', 'create', 'myapp']);
    expect(project.stdout).toBe('Project created: myapp\n  main (Head LSN: 2, Base LSN: 0)\n');
    const created = await space.ok(['branch', 'create', 'feature-test']);
    expect(created.stdout).toBe(
      'Branch created: feature-test (Head LSN: 2)\n  from main at LSN 2\nCurrent LSN: 3\n',
    );
    const deleted = await space.ok(['branches', 'delete', 'feature-test']);
    expect(deleted.stdout).toBe('Branch deleted: feature-test\nCurrent LSN: 4\n');
    expect((await space.ok(['branch', 'list', '--json'])).json()).toMatchObject({
      project: 'myapp',
      currentLsn: 4,
      inUse: 'main',
      branches: [{ name: 'main', headLsn: 2, baseLsn: 0, parent: null }],
    });
  });

  it('makes, renames, protects, resets and deletes branches', async () => {
    await space.ok(['project', 'create', 'shop']);
    await put(1);
    await space.ok(['branch', 'create', 'a', '--expires', '2030-01-01']);
    await put(2, '--branch', 'a');
    const { headLsn } = await branch('a');
    await put(3, '--branch', 'a');
    expect(await ids()).toEqual([1]);
    expect(await ids('--branch', 'a')).toEqual([1, 2, 3]);
    expect(await ids('--branch', 'a', '--at', String(headLsn))).toEqual([1, 2]);

    await space.ok(['branch', 'create', 'b', '--from', 'a', '--at', String(headLsn), '--protected']);
    expect(await branch('b')).toMatchObject({
      parent: 'a',
      baseLsn: headLsn,
      protected: true,
      expiresAt: null,
    });
    expect(await ids('--branch', 'b')).toEqual([1, 2]);
    const refused = await space.run(['branch', 'delete', 'b']);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('argon branch protect b --off');
    await space.ok(['branch', 'protect', 'b', '--off']);
    await space.ok(['branch', 'rename', 'b', 'c']);
    await space.ok(['branch', 'delete', 'c', '--yes']);
    expect((await space.run(['branch', 'info', 'c'])).code).toBe(3);

    const kept = await space.run(['branch', 'delete', 'a']);
    expect(kept.code).toBe(2);
    expect(kept.stderr).toMatch(/own commits up to LSN \d+/);
    const asked = await space.run(['branch', 'reset', 'a', '--to-lsn', String(headLsn)]);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toMatch(/hide 1 commit with 1 change\..*--yes/s);
    const dry = (
      await space.ok(['branch', 'reset', 'a', '--to-lsn', String(headLsn), '--dry-run', '--json'])
    ).json();
    expect(dry).toMatchObject({ done: false, reset: { to: headLsn, commits: 1, entries: 1 } });
    expect(await ids('--branch', 'a')).toEqual([1, 2, 3]);
    const reset = await space.ok(['branch', 'reset', 'a', '--to-lsn', String(headLsn), '--yes']);
    expect(await ids('--branch', 'a')).toEqual([1, 2]);
    const undo = /To undo: argon (.*)/.exec(reset.stdout)![1]!;
    await space.ok([...undo.split(' '), '--yes']);
    expect(await ids('--branch', 'a')).toEqual([1, 2, 3]);
    const info = (await space.ok(['branch', 'info', 'a'])).stdout;
    expect(info).toMatch(/expires +2030-01-01 00:00:00 UTC/);
    expect(info.match(/reset +to LSN/g)).toHaveLength(2);
  });

  it('resets to a time', async () => {
    await space.ok(['project', 'create', 'shop']);
    await put(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const then = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await put(2);
    expect(await ids('--at', then)).toEqual([1]);
    await space.ok(['branch', 'reset', 'main', '--to-time', then, '-y']);
    expect(await ids()).toEqual([1]);
  });

  it('keeps projects apart, and forgets them when they are deleted', async () => {
    await space.ok(['project', 'create', 'one']);
    await space.ok(['project', 'create', 'two']);
    const unclear = await space.run(['branch', 'list']);
    expect(unclear.code).toBe(2);
    expect(unclear.stderr).toContain('2 projects (one, two)');
    await put(1, '--project', 'one');
    expect((await space.run(['find', 'c', '--project', 'two'])).code).toBe(3);
    expect((await space.ok(['projects', 'list', '--json'])).json()).toMatchObject({
      projects: [
        { name: 'one', branches: 1 },
        { name: 'two', branches: 1 },
      ],
      inUse: null,
    });
    expect((await space.run(['project', 'delete', 'two'])).code).toBe(2);
    const gone = (await space.ok(['project', 'delete', 'two', '--yes', '--json'])).json();
    expect(gone).toMatchObject({ deleted: 'two', branches: ['main'] });
    expect(await ids()).toEqual([1]);
  });
});
