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
    expect((await space.run(['wal', 'keep', 'some moons'])).code).toBe(2);
    for (const policy of ['99999', '99999999999999999999 days', '36501 days']) {
      const { code, stderr } = await space.run(['wal', 'keep', policy]);
      expect([policy, code], stderr).toEqual([policy, 2]);
    }
    await space.ok(['wal', 'keep', '36500 days']);
    await space.ok(['wal', 'keep', '1', '--branch', 'main']);
    expect((await space.run(['wal', 'compact', '--before', '3 moons ago'])).code).toBe(2);
  });

  it('is kept since a tag', async () => {
    const change = (n: number) =>
      space.ok(['run', `{"update": "c", "updates": [{"q": {"_id": 1}, "u": {"$set": {"n": ${n}}}}]}`]);
    await space.ok(['run', '{"insert": "c", "documents": [{"_id": 1, "n": 0}]}']);
    const early = await headOf('main');
    await change(1);
    const lsn = await headOf('main');
    await space.ok(['tag', 'v1']);
    await change(2);
    await space.ok(['branch', 'create', 'feature']);
    expect((await space.ok(['wal', 'keep', '--json'])).json()).toMatchObject({
      keep: null,
      branches: [{ branch: 'main', keep: null, effective: { all: true } }, { branch: 'feature' }],
    });

    const missing = await space.run(['wal', 'keep', 'v2']);
    expect([missing.code, missing.stderr]).toEqual([
      3,
      expect.stringMatching(/no tag 'v2'[^]*did you mean 'v1'/),
    ]);
    expect((await space.run(['wal', 'keep', 'tag:v2', '--branch', 'feature'])).code).toBe(3);
    expect((await space.run(['wal', 'compact', '--before', 'v2', '--yes'])).code).toBe(3);
    expect((await space.run(['wal', 'compact', '--before', 'tag:2 days ago', '--yes'])).code).toBe(3);

    expect((await space.ok(['wal', 'keep', 'v1'])).stdout).toContain(
      `Policy of project shop: keep tag v1 and later (LSN ${lsn} now)`,
    );
    const said = (await space.ok(['wal', 'keep', 'tag:v1', '--branch', 'feature', '--json'])).json();
    expect(said).toEqual({ project: 'shop', branch: 'feature', keep: { sincePin: 'v1' }, tagLsn: lsn });
    expect((await space.ok(['wal', 'keep'])).stdout).toMatch(
      /main +keep tag v1 and later \(LSN \d+ now\) +project\n.*feature +keep tag v1 .* branch/,
    );
    const dry = (await space.ok(['wal', 'compact', '--dry-run', '--json'])).json();
    const before = (await space.ok(['wal', 'compact', '--before', 'v1', '--dry-run', '--json'])).json();
    expect(before).toEqual(dry);
    expect(dry).toMatchObject({
      compaction: { branches: [{ branch: 'main', horizon: lsn, missingPin: null }, { horizon: 0 }] },
    });

    expect((await space.ok(['tag', 'v1', '--delete'])).stderr).toContain(
      'compaction drops nothing of main, feature until there is such a tag again',
    );
    const shown = (await space.ok(['wal', 'keep', '--branch', 'feature', '--json'])).json();
    expect(shown.branches).toEqual([
      { branch: 'feature', keep: { sincePin: 'v1' }, effective: { sincePin: 'v1' }, tagLsn: null },
    ]);
    expect((await space.ok(['wal', 'keep'])).stdout).toContain('there is none now: keep everything');
    const held = (await space.ok(['wal', 'compact', '--yes'])).stdout;
    expect(held).toMatch(/main keeps all that it has: .* tag v1 .*\nfeature keeps all[^]*Nothing to compact/);
    expect(await ids('--at', String(early))).toEqual([{ _id: 1, n: 0 }]);

    await space.ok(['tag', 'v1', '--at', String(lsn), '--branch', 'main']);
    await space.ok(['wal', 'compact', '--yes']);
    expect(await ids('--at', String(lsn))).toEqual([{ _id: 1, n: 1 }]);
    expect((await space.run(['find', 'c', '--at', String(early)])).code).toBe(3);
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
    const deleted = await space.ok(['wal', 'pin', 'delete', 'early']);
    expect([deleted.stdout, deleted.stderr]).toEqual([expect.stringContaining('Pin deleted: early'), '']);
    await space.ok(['wal', 'compact', '--before', now, '--yes']);
    expect((await space.run(['find', 'c', '--at', String(early)])).code).toBe(3);
    expect(await ids()).toEqual([{ _id: 1, n: 2 }]);
  });

  it('is counted by branch and operation', async () => {
    await space.ok(['run', '{"insert": "c", "documents": [{"_id": 1}, {"_id": 2}]}']);
    await space.ok(['branch', 'create', 'fork']);
    await space.ok(['run', '{"delete": "c", "deletes": [{"q": {}, "limit": 0}]}', '--branch', 'fork']);
    await space.ok(['wal', 'snapshot']);
    const { store: totals, branches } = (await space.ok(['wal', 'stats', '--json'])).json();
    expect(totals).toMatchObject({
      kind: kind.name,
      commits: 2,
      entries: 5,
    });
    expect(totals.storeBytes).toBeGreaterThan(totals.chunkBytes);
    expect(branches).toMatchObject([
      {
        project: 'shop',
        branch: 'main',
        commits: 1,
        operations: { create_collection: 1, insert: 2 },
        snapshots: { count: 1, newestLsn: await headOf('main') },
        horizon: 0,
      },
      { branch: 'fork', commits: 1, entries: 2, operations: { delete: 2 } },
    ]);
    const { stdout } = await space.ok(['wal', 'stats', '--branch', 'main']);
    expect(stdout).toMatch(/1 commit, 3 entries/);
    expect(stdout).toMatch(/shop~main +\d+ +1 +3 .* the beginning/);
    expect(stdout).toMatch(/insert +2 +28 B/);
    expect((await space.run(['wal', 'stats', '--project', 'shoo'])).code).toBe(3);
  });

  it('is measured by branch and collection', async () => {
    await space.ok(['run', '{"insert": "c", "documents": [{"_id": 1}, {"_id": 2}, {"_id": 3}]}']);
    await space.ok(['branch', 'create', 'fork']);
    await space.ok(['wal', 'snapshot']);
    for (const n of [1, 2]) {
      await space.ok([
        'run',
        `{"update": "c", "updates": [{"q": {"_id": 1}, "u": {"$set": {"n": ${n}}}}]}`,
        '--branch',
        'fork',
      ]);
    }
    await space.ok(['wal', 'snapshot', '--branch', 'fork']);
    const { branches, reclaimable } = (await space.ok(['wal', 'storage', '--json'])).json();
    expect(branches).toMatchObject([
      { branch: 'main', own: { documents: 3, bytes: 42 }, shared: { documents: 0 }, snapshots: { count: 1 } },
      {
        branch: 'fork',
        collections: [{ name: 'c', own: { documents: 1, bytes: 21 }, shared: { documents: 2, bytes: 28 } }],
        log: [{ name: 'c', entries: 2, bytes: 42 }],
      },
    ]);
    expect(reclaimable).toMatchObject({ bytes: 21, branches: [{ bytes: 0 }, { branch: 'fork', bytes: 21 }] });
    const { stdout } = await space.ok(['wal', 'storage']);
    expect(stdout).toMatch(/fork +21 B +28 B +42 B .* 21 B/);
    expect(stdout).toMatch(/fork +c +1 +21 B +2 +28 B +2 +42 B/);
    const none = (await space.ok(['wal', 'storage', '--before', '1 day ago', '--json'])).json();
    expect(none.reclaimable.bytes).toBe(0);
  });

  it('is measured after a compaction as before it', async () => {
    const measured = async () =>
      (await space.ok(['wal', 'storage', '--json']))
        .json()
        .branches.map(({ branch, own, shared }: Record<string, unknown>) => ({ branch, own, shared }));
    const change = (n: number, branch: string) =>
      space.ok([
        'run',
        `{"update": "c", "updates": [{"q": {"_id": 1}, "u": {"$set": {"n": ${n}}}}]}`,
        '--branch',
        branch,
      ]);
    await space.ok(['run', '{"insert": "c", "documents": [{"_id": 1}, {"_id": 2}]}']);
    await space.ok(['branch', 'create', 'fork']);
    for (const branch of ['fork', 'main']) for (const n of [1, 2]) await change(n, branch);
    await space.ok(['branch', 'create', 'child', '--from', 'fork']);
    await change(3, 'child');
    await space.ok(['branch', 'delete', 'fork', '--yes']);
    const before = await measured();
    expect(before).toMatchObject([
      { branch: 'main', own: { documents: 2 } },
      { branch: 'child', own: { documents: 1 }, shared: { documents: 1 } },
    ]);
    const compacted = await space.ok(['wal', 'compact', '--before', '99999', '--yes', '--json']);
    const { branches } = compacted.json().compaction as { branches: { horizon: number }[] };
    expect(branches.slice(0, 2).every(({ horizon }) => horizon > 0)).toBe(true);
    expect(await measured()).toEqual(before);
    expect((await space.ok(['wal', 'storage'])).stdout).toMatch(/child +21 B +14 B/);
  });

  it('has snapshots on demand', async () => {
    await space.ok(['run', '{"insert": "c", "documents": [{"_id": 1}]}']);
    const taken = (await space.ok(['wal', 'snapshot', '--json'])).json();
    expect(taken.snapshot).toMatchObject({ branch: 'main', lsn: await headOf('main') });
  });
});
