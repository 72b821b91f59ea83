import { storeKinds, type StoreFixture } from '@argon/driver/testing';
import { sharedMongod } from '@argon/tools-mongod';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, type Workspace } from '../testing/run';

const kinds = storeKinds(async () => (await sharedMongod()).uri).filter(({ shared }) => shared);

describe.each(kinds)('the log on the $name store', (kind) => {
  let store: StoreFixture;
  let space: Workspace;

  beforeEach(async () => {
    store = await kind.make();
    space = await makeWorkspace(store.address);
    await space.ok(['init']);
    await space.ok(['project', 'create', 'shop']);
  });
  afterEach(async () => {
    await space.remove();
    await store.remove();
  });

  const headOf = async (name: string) =>
    (await space.ok(['branch', 'info', name, '--json'])).json().branch.headLsn as number;
  const ids = async (...argv: string[]) =>
    (await space.ok(['find', 'c', '--json', ...argv])).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);

  it('is compacted; what branches show stays', async () => {
    await space.ok(['run', '{"insert": "c", "documents": [{"_id": 1, "n": 0}, {"_id": 2, "n": 0}]}']);
    const early = await headOf('main');
    for (let n = 1; n <= 5; n++) {
      await space.ok(['run', `{"update": "c", "updates": [{"q": {"_id": 1}, "u": {"$set": {"n": ${n}}}}]}`]);
      if (n === 2) await space.ok(['branch', 'create', 'fork']);
    }
    const now = await headOf('main');
    const dry = (await space.ok(['wal', 'compact', '--before', String(now), '--dry-run', '--json'])).json();
    expect(dry).toMatchObject({
      done: false,
      compaction: { branches: [{ branch: 'main', dropped: 3 }, {}] },
    });
    const done = (await space.ok(['wal', 'compact', '--before', String(now), '--yes', '--json'])).json();
    expect(done.compaction.branches).toEqual(dry.compaction.branches);
    expect(await ids()).toEqual([
      { _id: 1, n: 5 },
      { _id: 2, n: 0 },
    ]);
    expect(await ids('--branch', 'fork')).toEqual([
      { _id: 1, n: 2 },
      { _id: 2, n: 0 },
    ]);
    const refused = await space.run(['find', 'c', '--at', String(early)]);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(`compacted up to LSN ${now}`);
    expect((await space.run(['branch', 'create', 'x', '--at', String(early)])).stderr).toContain('compacted');
    expect((await space.run(['branch', 'reset', 'main', '--to-lsn', String(early), '--yes'])).code).toBe(3);
  });

  it('is kept as the policies say', async () => {
    await space.ok(['run', '{"insert": "c", "documents": [{"_id": 1}]}']);
    await space.ok(['run', '{"update": "c", "updates": [{"q": {"_id": 1}, "u": {"$set": {"n": 1}}}]}']);
    expect((await space.ok(['wal', 'compact'])).stdout).toContain('nothing to compact');
    await space.ok(['wal', 'keep', '0 days']);
    await space.ok(['wal', 'keep', 'all', '--branch', 'main']);
    expect((await space.ok(['wal', 'compact', '--dry-run'])).stdout).toContain('nothing to compact');
    await space.ok(['wal', 'keep', 'default', '--branch', 'main']);
    expect((await space.ok(['wal', 'compact', '--dry-run'])).stdout).toMatch(/main .* 1 /);
    expect((await space.run(['wal', 'keep', 'some'])).code).toBe(2);
    expect((await space.run(['wal', 'compact', '--before', '3 moons ago'])).code).toBe(2);
  });

  it('has pins, which keep a moment readable', async () => {
    await space.ok(['run', '{"insert": "c", "documents": [{"_id": 1, "n": 0}]}']);
    const early = await headOf('main');
    await space.ok(['run', '{"update": "c", "updates": [{"q": {"_id": 1}, "u": {"$set": {"n": 1}}}]}']);
    const between = await headOf('main');
    await space.ok(['run', '{"update": "c", "updates": [{"q": {"_id": 1}, "u": {"$set": {"n": 2}}}]}']);
    expect((await space.ok(['wal', 'pin', 'list'])).stdout).toContain('No pins');
    const made = (await space.ok(['wal', 'pin', 'create', 'early', '--at', String(early), '--json'])).json();
    expect(made).toEqual({ project: 'shop', branch: 'main', pin: { name: 'early', lsn: early } });
    const before = await headOf('main');
    await space.ok(['wal', 'pin', 'create', 'now', '--branch', 'main']);
    expect((await space.ok(['wal', 'pins', 'list', '--json'])).json().pins).toEqual([
      { name: 'early', branch: 'main', lsn: early },
      { name: 'now', branch: 'main', lsn: before },
    ]);
    expect((await space.ok(['wal', 'pin', 'ls', '-b', 'main'])).stdout).toMatch(/early +main +\d+/);
    const now = String(await headOf('main'));
    await space.ok(['wal', 'compact', '--before', now, '--yes']);
    expect(await ids('--at', String(early))).toEqual([{ _id: 1, n: 0 }]);
    expect((await space.run(['find', 'c', '--at', String(between)])).code).toBe(3);
    expect((await space.ok(['wal', 'pin', 'delete', 'early'])).stdout).toContain('Pin deleted: early');
    await space.ok(['wal', 'compact', '--before', now, '--yes']);
    expect((await space.run(['find', 'c', '--at', String(early)])).code).toBe(3);
    expect(await ids()).toEqual([{ _id: 1, n: 2 }]);
  });

  it('has snapshots on demand', async () => {
    await space.ok(['run', '{"insert": "c", "documents": [{"_id": 1}]}']);
    const taken = (await space.ok(['wal', 'snapshot', '--json'])).json();
    expect(taken.snapshot).toMatchObject({ branch: 'main', lsn: await headOf('main') });
  });
});
