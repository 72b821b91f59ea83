import { storeKinds, type StoreFixture } from '@argon/driver/testing';
import { sharedMongod } from '@argon/tools-mongod';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, type Workspace } from '../testing/run';

const kinds = storeKinds(async () => (await sharedMongod()).uri).filter(({ shared }) => shared);

describe.each(kinds)('argon merge on the $name store', (kind) => {
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
        { _id: 1, n: 1, city: 'Bern' },
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
  const set = (id: number, fields: object, ...argv: string[]) =>
    run({ update: 'c', updates: [{ q: { _id: id }, u: { $set: fields } }] }, ...argv);
  const found = async (...argv: string[]) =>
    (await space.ok(['find', 'c', '--json', ...argv])).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);

  it('shows what it would do, does it, and has nothing to do afterwards', async () => {
    await set(1, { n: 10 }, '--branch', 'feature');
    await run({ insert: 'c', documents: [{ _id: 3 }] }, '--branch', 'feature');
    await set(1, { city: 'Basel' });
    const plan = await space.ok(['merge', 'feature', '--plan']);
    expect(plan.stdout).toMatch(
      /^Merging feature \(LSN \d+\) into main, from what they had in common at LSN \d+: 1 document inserted, 1 document updated\.\n$/,
    );
    expect(await found()).toHaveLength(2);
    const refused = await space.run(['merge', 'feature']);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining("merge 'feature' into 'main'"),
    ]);
    const done = (await space.ok(['merge', 'feature', '--yes', '--json'])).json();
    expect(done).toMatchObject({
      done: true,
      merge: { from: 'feature', into: 'main', counts: { inserted: 1, updated: 1, deleted: 0 }, conflicts: 0 },
    });
    expect(await found()).toEqual([{ _id: 1, n: 10, city: 'Basel' }, { _id: 2, n: 2 }, { _id: 3 }]);
    expect((await space.ok(['merge', 'feature', '--yes'])).stdout).toMatch(/^Already merged/);
  });

  it('shows conflicts, and writes nothing until they are decided', async () => {
    await set(1, { n: 10, city: 'Genf' }, '--branch', 'feature');
    await set(1, { n: 11 });
    const before = await found();
    const failed = await space.run(['merge', 'feature', '--yes']);
    expect(failed.code).toBe(4);
    expect(failed.stderr).toContain('1 conflict, 1 not decided:\n  c 1\n    n: base 1, ours 11, theirs 10');
    expect(failed.stderr).toContain('Nothing was written');
    expect(await found()).toEqual(before);
    const plan = (await space.ok(['merge', 'feature', '--plan', '--json'])).json();
    expect(plan).toMatchObject({
      done: false,
      merge: {
        open: 1,
        examples: [
          { collection: 'c', id: 1, decision: null, fields: [{ path: 'n', base: 1, ours: 11, theirs: 10 }] },
        ],
      },
    });
    const wrong = await space.run(['merge', 'feature', '--collections', 'c']);
    expect(wrong.code).toBe(2);
    await space.ok(['merge', 'feature', '--yes', '--strategy', 'ours', '--collections', 'c=theirs']);
    expect((await found())[0]).toEqual({ _id: 1, n: 10, city: 'Genf' });
  });
});
