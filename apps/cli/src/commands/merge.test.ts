import { storeKinds, type StoreFixture } from '@argon/driver/testing';
import { sharedMongod } from '@argon/tools-mongod';
import { readFile, writeFile } from 'node:fs/promises';
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

  it('writes a plan to a file, and carries it out as it was edited', async () => {
    await set(1, { n: 10 }, '--branch', 'feature');
    await set(2, { n: 20 }, '--branch', 'feature');
    await run({ insert: 'c', documents: [{ _id: 3 }] }, '--branch', 'feature');
    await set(1, { n: 11 });
    await set(2, { n: 21 });
    const told = await space.ok(['merge', 'feature', '--plan', '--out', 'merge.plan']);
    expect(told.stdout).toBe(
      'Plan written to merge.plan: 1 document inserted; 2 conflicts, 2 not decided\n' +
        'In the lines of conflicts, set "decision" to "ours", "theirs" or a document.\n' +
        'To carry it out: argon merge --apply merge.plan\n',
    );
    const piped = await space.ok(['merge', 'feature', '--plan', '--out', '-']);
    const plan = await readFile(space.path('merge.plan'), 'utf8');
    expect(plan).toBe(piped.stdout);
    expect((await space.run(['merge', 'feature', '--plan', '--out', 'merge.plan'])).code).toBe(4);
    const open = await space.run(['merge', '--apply', 'merge.plan', '--yes']);
    expect([open.code, open.stderr]).toEqual([4, expect.stringContaining('2 conflicts, 2 not decided')]);
    const lines = plan.split('\n');
    lines[1] = lines[1]!.replace('"decision":null', '"decision": {"_id": 1, "n": 12}');
    await writeFile(space.path('merge.plan'), lines.join('\n'));
    const wanted = (await space.ok(['merge', '--apply', 'merge.plan', '--plan', '--json'])).json();
    expect(wanted).toMatchObject({ done: false, merge: { conflicts: 2, open: 1 } });
    expect((await space.run(['merge', '--apply', 'merge.plan', '--strategy', 'theirs'])).code).toBe(2);
    await space.ok(['merge', '--apply', 'merge.plan', '--strategy', 'theirs', '--yes']);
    expect(await found()).toEqual([{ _id: 1, n: 12 }, { _id: 2, n: 20 }, { _id: 3 }]);
  });

  it('refuses a plan that is outdated or damaged, and says why', async () => {
    await set(1, { n: 10 }, '--branch', 'feature');
    await space.ok(['merge', 'feature', '--plan', '--out', 'merge.plan', '--json']);
    const plan = await readFile(space.path('merge.plan'), 'utf8');
    await writeFile(space.path('damaged.plan'), plan.replace('"after":10', '"after":9'));
    const damaged = await space.run(['merge', '--apply', 'damaged.plan', '--yes', '--json']);
    expect([damaged.code, JSON.parse(damaged.stderr)]).toMatchObject([
      2,
      { error: { code: 'ARGON_BRANCH_PLAN_FORMAT', data: { line: 2 } } },
    ]);
    await set(2, { n: 3 });
    const outdated = await space.run(['merge', '--apply', 'merge.plan', '--yes']);
    expect([outdated.code, outdated.stderr]).toEqual([
      4,
      expect.stringMatching(/plan was made for branch 'main' at LSN \d+, and it is at \d+ now/),
    ]);
    expect((await space.run(['merge', '--apply', 'none.plan'])).code).toBe(3);
    for (const argv of [
      ['merge'],
      ['merge', 'feature', '--apply', 'merge.plan'],
      ['merge', 'feature', '--out', 'x'],
      ['merge', '--apply', 'merge.plan', '--project', 'other'],
    ]) {
      expect((await space.run(argv)).code, argv.join(' ')).toBe(2);
    }
  });

  it('takes a side for single documents', async () => {
    for (const id of [1, 2]) {
      await set(id, { n: id * 10 }, '--branch', 'feature');
      await set(id, { n: id * 11 });
    }
    const half = await space.run(['merge', 'feature', '--yes', '--document', 'c:1=theirs']);
    expect([half.code, half.stderr]).toEqual([4, expect.stringContaining('2 conflicts, 1 not decided')]);
    const choices = ['--document', 'c:1=theirs', '--document', 'c:2=ours'];
    await space.ok(['merge', 'feature', '--yes', ...choices]);
    expect((await found()).map((document) => (document as { n: number }).n)).toEqual([10, 22]);
    for (const choice of ['c=theirs', 'c:1', 'c:1=mine', 'c:{=ours']) {
      expect((await space.run(['merge', 'feature', '--document', choice])).code, choice).toBe(2);
    }
  });
});
