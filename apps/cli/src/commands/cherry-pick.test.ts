import { storeKinds, type StoreFixture } from '@argon/driver/testing';
import { sharedMongod } from '@argon/tools-mongod';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, type Workspace } from '../testing/run';

const kinds = storeKinds(async () => (await sharedMongod()).uri).filter(({ shared }) => shared);

describe.each(kinds)('commits brought over, taken back and followed, on the $name store', (kind) => {
  let store: StoreFixture;
  let space: Workspace;

  beforeEach(async () => {
    store = await kind.make();
    space = await makeWorkspace(store.address);
    await space.ok(['init']);
    await space.ok(['project', 'create', 'shop']);
    await run({
      insert: 'c',
      documents: [
        { _id: 1, n: 1 },
        { _id: 2, n: 2 },
      ],
    });
    await space.ok(['branch', 'create', 'feature']);
  });
  afterEach(async () => {
    await space.remove();
    await store.remove();
  });

  const run = (command: object, ...argv: string[]) => space.ok(['run', JSON.stringify(command), ...argv]);
  /** Writes, and gives the commit's LSN. */
  const set = async (branch: string, id: number, fields: object): Promise<number> => {
    await run(
      { update: 'c', updates: [{ q: { _id: id }, u: { $set: fields }, upsert: true }] },
      '--branch',
      branch,
    );
    return ((await space.ok(['branch', 'info', branch, '--json'])).json() as { branch: { headLsn: number } })
      .branch.headLsn;
  };
  const found = async (branch: string) =>
    (await space.ok(['find', 'c', '--json', '--branch', branch])).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);

  it('argon cherry-pick brings some commits of a branch, as one, which undo takes back', async () => {
    const one = await set('feature', 1, { n: 10 });
    await set('feature', 2, { n: 20 });
    const three = await set('feature', 3, { n: 30 });
    const argv = ['cherry-pick', 'feature', String(one), `${three}..${three}`];
    const preview = await space.ok([...argv, '--dry-run']);
    expect(preview.stdout).toBe('Picking from feature into main: 1 document inserted, 1 document updated\n');
    const refused = await space.run(argv);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining("bring that to branch 'main'"),
    ]);
    expect(await found('main')).toHaveLength(2);
    const done = (await space.ok([...argv, '--yes', '--json'])).json();
    expect(done).toMatchObject({
      done: true,
      pick: {
        from: 'feature',
        into: 'main',
        counts: { inserted: 1, updated: 1 },
        conflicts: 0,
        examples: [],
      },
    });
    expect(await found('main')).toEqual([
      { _id: 1, n: 10 },
      { _id: 2, n: 2 },
      { _id: 3, n: 30 },
    ]);
    expect((await space.ok([...argv, '--yes'])).stdout).toBe('Nothing to do: main has what they made.\n');
    await space.ok(['undo', '--commit', String((done as { pick: { head: number } }).pick.head), '--yes']);
    expect(await found('main')).toEqual([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ]);
  });

  it('argon cherry-pick takes several commits of one document, large ones too', async () => {
    const pad = 'long '.repeat(1000);
    const lsns = [await set('feature', 1, { pad })];
    await set('feature', 2, { n: 20 });
    lsns.push(await set('feature', 1, { n: 10 }));
    await set('feature', 2, { n: 21 });
    lsns.push(await set('feature', 1, { m: 1 }));
    const done = await space.ok(['cherry-pick', 'feature', ...lsns.map(String), '--yes', '--json']);
    expect(done.json()).toMatchObject({ pick: { counts: { updated: 3 } } });
    expect(await found('main')).toEqual([
      { _id: 1, n: 10, pad, m: 1 },
      { _id: 2, n: 2 },
    ]);
    const history = await space.ok(['history', '--collection', 'c', '--id', '1', '--json']);
    expect(history.stdout.trim().split('\n')).toHaveLength(4);
    const { head } = (done.json() as { pick: { head: number } }).pick;
    await space.ok(['revert', String(head), '--yes']);
    expect((await found('main'))[0]).toEqual({ _id: 1, n: 1 });
  });

  it('argon cherry-pick stops at conflicts until they are decided', async () => {
    const lsn = await set('feature', 1, { n: 10 });
    await set('main', 1, { n: 11 });
    const argv = ['cherry-pick', 'feature', String(lsn), '--yes'];
    const failed = await space.run(argv);
    expect([failed.code, failed.stderr]).toEqual([
      4,
      expect.stringContaining('1 conflict, 1 not decided:\n  c 1\n    n: base 1, ours 11, theirs 10'),
    ]);
    expect((await found('main'))[0]).toEqual({ _id: 1, n: 11 });
    await space.ok([...argv, '--document', 'c:1=theirs']);
    expect((await found('main'))[0]).toEqual({ _id: 1, n: 10 });
    expect((await space.run(['cherry-pick', 'feature', '999', '--yes'])).code).toBe(3);
    expect((await space.run(['cherry-pick', 'featur', '9', '--yes'])).stderr).toContain(
      "did you mean 'feature'",
    );
    for (const lsns of ['x', '1..2..3', '9..8']) {
      expect((await space.run(['cherry-pick', 'feature', lsns, '--yes'])).code, lsns).toBe(2);
    }
  });

  it('argon revert takes commits back and keeps the others', async () => {
    const one = await set('main', 1, { n: 10 });
    await set('main', 2, { n: 20 });
    const three = await set('main', 3, { n: 30 });
    const argv = ['revert', String(one), String(three)];
    expect((await space.ok([...argv, '--dry-run'])).stdout).toBe(
      'Undo on branch main, by a commit: 1 document updated, 1 document deleted\n',
    );
    expect((await space.run(argv)).code).toBe(2);
    const done = (await space.ok([...argv, '--yes', '--json'])).json() as { undo: { head: number } };
    expect(done).toMatchObject({ done: true, undo: { counts: { updated: 1, deleted: 1 } } });
    expect(await found('main')).toEqual([
      { _id: 1, n: 1 },
      { _id: 2, n: 20 },
    ]);
    await space.ok(['revert', String(done.undo.head), '--yes']);
    expect((await found('main'))[0]).toEqual({ _id: 1, n: 10 });
    await set('main', 1, { n: 12 });
    expect((await space.run(['revert', String(one), '--yes'])).code).toBe(4);
    expect((await space.run(['revert', '999', '--yes'])).code).toBe(3);
    await space.ok(['revert', String(one), '--yes', '--strategy', 'theirs']);
    expect((await found('main'))[0]).toEqual({ _id: 1, n: 1 });
  });

  it("argon rebase brings a branch onto its parent's head, and undo takes that back", async () => {
    await set('feature', 1, { n: 10 });
    await set('main', 2, { n: 20 });
    const preview = await space.ok(['rebase', 'feature', '--dry-run']);
    expect(preview.stdout).toMatch(/^Merging main \(LSN \d+\) into feature, .*: 1 document updated\.\n$/);
    expect((await space.run(['rebase', 'feature'])).code).toBe(2);
    const done = (await space.ok(['sync', 'feature', '--yes', '--json'])).json() as {
      merge: { head: number };
    };
    expect(done).toMatchObject({ done: true, merge: { from: 'main', into: 'feature', conflicts: 0 } });
    const stat = (await space.ok(['diff', 'main', 'feature', '--stat', '--json'])).json();
    expect(stat).toMatchObject({ collections: [{ inserted: 0, updated: 1, deleted: 0 }] });
    expect((await space.ok(['rebase', 'feature', '--yes'])).stdout).toMatch(/^Already merged/);
    await space.ok(['undo', '--branch', 'feature', '--commit', String(done.merge.head), '--yes']);
    expect(await found('feature')).toEqual([
      { _id: 1, n: 10 },
      { _id: 2, n: 2 },
    ]);
    await space.ok(['merge', 'feature', '--yes']);
    expect(await found('main')).toEqual([
      { _id: 1, n: 10 },
      { _id: 2, n: 20 },
    ]);
    const first = await space.run(['rebase', 'main', '--yes']);
    expect([first.code, first.stderr]).toEqual([2, expect.stringContaining('it has no parent')]);
  });
});
