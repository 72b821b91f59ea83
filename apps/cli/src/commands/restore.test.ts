import { storeKinds, type StoreFixture } from '@argon/driver/testing';
import { sharedMongod } from '@argon/tools-mongod';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, type Workspace } from '../testing/run';

const kinds = storeKinds(async () => (await sharedMongod()).uri).filter(({ shared }) => shared);

describe.each(kinds)('restore and undo on the $name store', (kind) => {
  let store: StoreFixture;
  let space: Workspace;
  let early: string;

  beforeEach(async () => {
    store = await kind.make();
    space = await makeWorkspace(store.address);
    await space.ok(['init']);
    await space.ok(['project', 'create', 'shop']);
    await run('{"insert": "c", "documents": [{"_id": 1, "n": 1, "m": 1}, {"_id": 2, "n": 2.0}]}');
    early = String(await head());
    await run('{"update": "c", "updates": [{"q": {"_id": 1}, "u": {"$set": {"n": 10}}}]}');
    await run('{"delete": "c", "deletes": [{"q": {"_id": 2}, "limit": 1}]}');
    await run('{"insert": "d", "documents": [{"_id": 1}]}');
  });
  afterEach(async () => {
    await space.remove();
    await store.remove();
  });

  const run = (command: string) => space.ok(['run', command]);
  const head = async () =>
    (await space.ok(['branch', 'info', 'main', '--json'])).json().branch.headLsn as number;
  const shown = async (collection = 'c') => (await space.ok(['find', collection, '--json'])).stdout;
  const THEN = '{"_id":1,"n":1,"m":1}\n{"_id":2,"n":2.0}\n';

  it('shows what a restore would do, does it, lists its point, and takes it back', async () => {
    const [before, now] = [await shown(), await head()];
    const told = (await space.ok(['restore', '--to-lsn', early, '--dry-run'])).stdout;
    expect(told).toContain(`Branch main (LSN ${now}) would show again what it showed at LSN ${early}`);
    expect(told).toMatch(
      /Collection +Inserted +Updated +Deleted\nc +1 +1 +0\nd +0 +0 +1\n {2}collection d would go/,
    );
    expect(told).toContain('~ {"_id":1,"n":10,"m":1} → {"_id":1,"n":1,"m":1}');
    expect(told).toContain('+ {"_id":2,"n":2.0}');
    expect(told).toContain('- {"_id":1}');
    expect(await head()).toBe(now);

    const asked = await space.run(['restore', '--to-lsn', early]);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('add --yes to restore branch');
    const done = (
      await space.ok(['restore', '--branch', 'main', '--to-lsn', early, '--yes', '--json'])
    ).json();
    expect(done).toMatchObject({
      done: true,
      restore: {
        ...{ branch: 'main', whole: true, from: now, to: Number(early), head: await head() },
        counts: { inserted: 1, updated: 1, deleted: 1, catalog: 1 },
        restorePoint: { name: `restore-${now}`, lsn: now },
        catalog: [{ name: 'd', before: 'd', after: null, optionsChanged: false, indexes: [] }],
      },
    });
    expect(done.restore.collections[0].samples[1]).toEqual({
      ...{ id: '2', before: null, after: '{"_id":2,"n":2.0}' },
    });
    expect(await shown()).toBe(THEN);
    expect((await space.ok(['restore-points'])).stdout).toMatch(new RegExp(`restore-${now} +main +${now} `));
    expect((await space.ok(['restore-points', '-b', 'main', '--json'])).json()).toMatchObject({
      restorePoints: [{ name: `restore-${now}`, branch: 'main', lsn: now }],
    });

    expect((await space.ok(['undo', '--last-restore', '--dry-run'])).stdout).toBe(
      'Undo on branch main, by a reset: 1 document inserted, 1 document updated, 1 document deleted, 1 change of collections\n',
    );
    const undone = (await space.ok(['undo', '--last-restore', '--yes'])).stdout;
    expect(undone).toContain('Undone on main: 1 document inserted');
    expect(await shown()).toBe(before);
    expect((await space.ok(['restore-points'])).stdout).toContain('No restore points');
    expect((await space.run(['undo', '--last-restore', '--yes'])).code).toBe(3);
  });

  it('restores some collections and documents', async () => {
    const { stdout } = await space.ok(['restore', '--to-lsn', early, '-c', 'c', '-f', '{"n": 2}', '--yes']);
    expect(stdout).toContain(`Restored to main, from LSN ${early}: 1 document inserted\n`);
    expect(await shown()).toBe('{"_id":1,"n":10,"m":1}\n{"_id":2,"n":2.0}\n');
    await space.ok(['restore', '--to-lsn', early, '--collection', 'c', 'd', '--yes']);
    expect(await shown()).toBe(THEN);
    expect((await space.run(['find', 'd'])).code).toBe(3);
    const again = await space.ok(['restore', '--to-lsn', early, '--collection', 'c', '--yes', '--json']);
    expect(again.json()).toMatchObject({ done: false, restore: { head: null, restorePoint: null } });
    await space.ok(['undo', '--last-restore', '--yes']);
    expect(await shown('d')).toBe('{"_id":1}\n');
  });

  it('goes to times and tags, which have names', async () => {
    expect((await space.ok(['tag'])).stdout).toContain('No tags');
    const made = (await space.ok(['tag', 'v1', '--at', early, '--json'])).json();
    expect(made).toEqual({ project: 'shop', tag: { name: 'v1', lsn: Number(early), branch: 'main' } });
    expect((await space.ok(['tag', '--branch', 'main'])).stdout).toMatch(/v1 +main +\d+/);
    expect((await space.run(['tag', 'v1'])).code).toBe(4);
    expect((await space.run(['tag', 'restore-3'])).code).toBe(2);
    await space.ok(['restore', '--to-tag', 'v1', '--yes']);
    expect(await shown()).toBe(THEN);
    expect((await space.ok(['tag', '--json'])).json().tags).toHaveLength(1);
    expect((await space.run(['tag', 'v2', '--delete'])).stderr).toContain("did you mean 'v1'?");
    expect((await space.ok(['tag', 'v1', '--delete'])).stdout).toContain(
      `Tag deleted: v1 (was main at LSN ${early})`,
    );
    expect((await space.run(['restore', '--to-tag', 'v1', '--yes'])).code).toBe(3);
    const time = new Date(Date.now() + 5000).toISOString();
    const later = await space.ok(['restore', '--to-time', time, '--dry-run']);
    expect(later.stdout).toContain('nothing is different');
  });

  it('undoes a commit, tells of conflicts, and does as the strategy says', async () => {
    await run('{"update": "c", "updates": [{"q": {"_id": 1}, "u": {"$set": {"n": 11, "m": 2}}}]}');
    const commit = String(await head());
    await run('{"update": "c", "updates": [{"q": {"_id": 1}, "u": {"$set": {"n": 12}}}]}');
    const now = await head();
    const refused = await space.run(['undo', '--commit', commit, '--yes']);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('1 conflict with later work, none of them decided:');
    expect(refused.stderr).toContain('c 1, n: now 12, before the change 10');
    expect(refused.stderr).toContain('[ARGON_BRANCH_UNDO_CONFLICT]');
    expect((await space.ok(['undo', '--commit', commit, '--dry-run', '--json'])).json()).toMatchObject({
      done: false,
      undo: {
        ...{ branch: 'main', by: 'commit', from: now, conflicts: 1, open: 1, head: null, left: 0 },
        examples: [
          { collection: 'c', id: '1', fields: ['n'], ours: '{"_id":1,"n":12,"m":2}', decision: null },
        ],
      },
    });
    expect(await head()).toBe(now);
    const { stdout } = await space.ok(['undo', '--commit', commit, '--strategy', 'ours', '--yes']);
    expect(stdout).toContain('Undone on main: 1 document updated');
    expect(await shown()).toBe('{"_id":1,"n":12,"m":1}\n');
    await space.ok(['undo', '--from', commit, '--to', commit, '--strategy', 'theirs', '--yes']);
    expect(await shown()).toBe('{"_id":1,"n":10,"m":1}\n');
    expect((await space.ok(['undo', '--commit', commit, '--strategy', 'ours', '--yes'])).stdout).toContain(
      'Nothing to undo',
    );
  });

  it('undoes what an application did', async () => {
    const since = String((await head()) + 1);
    await run('{"update": "c", "updates": [{"q": {}, "u": {"$set": {"n": 0}}, "multi": true}]}');
    await space.ok(['undo', '--app', 'argon-cli', '--since', since, '--yes']);
    expect(await shown()).toBe('{"_id":1,"n":10,"m":1}\n');
    const nobody = await space.ok(['undo', '--actor', 'nobody-at-all', '--since', since, '--yes', '--json']);
    expect(nobody.json()).toMatchObject({ done: false, undo: { counts: { updated: 0 } } });
    const all = await space.ok(['undo', '--app', 'argon-cli', '--since', '1', '--dry-run']);
    expect(all.stdout).toContain('Not taken back: 2 changes of collections: create_collection c (LSN');
  });

  it('is refused for what makes no sense, and stops at Ctrl-C with nothing done', async () => {
    const now = await head();
    for (const argv of [
      ['restore'],
      ['restore', '--to-lsn', early, '--to-tag', 'v1'],
      ['restore', '--to-lsn', early, '--filter', '{'],
      ['undo'],
      ['undo', '--last-restore', '--commit', '3'],
      ['undo', '--from', '3'],
      ['undo', '--actor', 'ada'],
      ['undo', '--since', '3'],
      ['undo', '--from', '9', '--to', '4', '--yes'],
      ['tag', '--delete'],
    ]) {
      expect((await space.run(argv)).code, argv.join(' ')).toBe(2);
    }
    expect((await space.run(['restore', '--to-lsn', early, '-c', 'x', '--yes'])).code).toBe(3);
    expect((await space.run(['undo', '--commit', '99999', '--yes'])).code).toBe(3);
    const refused = await space.run(['restore', '--to-lsn', early, '-f', '{"$nope": 1}', '--yes', '--json']);
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stderr).error.message).toContain('unknown top level operator: $nope');
    for (const argv of [
      ['restore', '--to-lsn', early, '--collection', 'c', '--yes'],
      ['undo', '--commit', String(now), '--yes'],
    ]) {
      const stopped = await space.run(argv, { signal: AbortSignal.abort() });
      expect(stopped.code).toBe(130);
    }
    expect(await head()).toBe(now);
  });
});
