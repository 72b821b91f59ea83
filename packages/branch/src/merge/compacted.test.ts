import { NOBODY } from '@argon/wal';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RebaseService } from '../rebase/rebase-service';
import { openStack, STAGED, type Stack } from '../testing/stack';
import { deciderOf } from './decide';
import { MergeService } from './merge-service';

let stack: Stack;
let merges: MergeService;

const insert = (database: string, ...documents: Record<string, unknown>[]) =>
  stack.run(database, { insert: 'items', documents });
const set = (database: string, id: unknown, fields: Record<string, unknown>) =>
  stack.run(database, { update: 'items', updates: [{ q: { _id: id }, u: { $set: fields } }] });
const merge = (from: string, into: string) =>
  merges.merge({ project: 'shop', from: { name: from }, into }, NOBODY);
/** Lets go of all that no branch shows now. */
async function compact(): Promise<void> {
  const { projectId } = await stack.branches.get('shop', 'main');
  const later = () => Date.now() + 1e9;
  await stack.materializer.compact({ projectId }, { keep: { days: 0 }, now: later });
}

describe.each([
  ['in one commit', {}],
  ['that is staged', STAGED],
])('after a compaction a merge %s', (_, options) => {
  beforeEach(async () => {
    stack = await openStack('memory:', options);
    merges = new MergeService(stack.engine);
    await insert('shop', { _id: 1, n: 1, m: 1 }, { _id: 2, n: 2 });
    await stack.branches.create('shop', 'feature', {}, NOBODY);
  });
  afterEach(() => stack.close());

  it('begins at a fork point below the horizon', async () => {
    await set('shop~feature', 1, { n: 10 });
    for (const m of [2, 3, 4]) await set('shop', 1, { m });
    await compact();
    expect(await merge('feature', 'main')).toMatchObject({ conflicts: 0, counts: { updated: 1 } });
    expect((await stack.documents('shop', 'items')).get('1')).toEqual({ _id: 1, n: 10, m: 4 });
  });

  it('begins there if it is a rebase', async () => {
    await set('shop~feature', 1, { n: 10 });
    for (const m of [2, 3, 4]) await set('shop', 1, { m });
    await compact();
    const rebases = new RebaseService(stack.engine);
    await rebases.rebase({ project: 'shop', branch: 'feature' }, NOBODY);
    expect((await stack.documents('shop~feature', 'items')).get('1')).toEqual({ _id: 1, n: 10, m: 4 });
  });

  it('begins at the last one, below both horizons', async () => {
    await set('shop~feature', 1, { n: 10 });
    await merge('feature', 'main');
    for (const n of [11, 12]) await set('shop', 1, { n });
    for (const n of [20, 21, 22]) await set('shop~feature', 2, { n });
    await compact();
    await set('shop~feature', 2, { n: 23 });
    await compact();
    // From the fork point on, both would have changed n.
    expect(await merge('feature', 'main')).toMatchObject({ conflicts: 0, counts: { updated: 1 } });
    expect([...(await stack.documents('shop', 'items')).values()]).toEqual([
      { _id: 1, n: 12, m: 1 },
      { _id: 2, n: 23 },
    ]);
    for (const m of [5, 6]) await set('shop', 1, { m });
    await compact();
    expect(await merge('main', 'feature')).toMatchObject({ conflicts: 0, counts: { updated: 1 } });
  });

  it('begins at what another merge brought in', async () => {
    await stack.branches.create('shop', 'other', {}, NOBODY);
    await set('shop~other', 2, { n: 3 });
    await merge('other', 'feature');
    await merge('feature', 'main');
    await set('shop', 2, { n: 4 });
    await stack.branches.delete('shop', 'feature', NOBODY);
    for (const m of [2, 3]) await set('shop~other', 1, { m });
    await compact();
    expect(await merge('other', 'main')).toMatchObject({ conflicts: 0, counts: { updated: 1 } });
    expect((await stack.documents('shop', 'items')).get('2')).toEqual({ _id: 2, n: 4 });
  });
});

/** What a branch holds, as text. */
const shown = async (branch: string) =>
  JSON.stringify([...(await stack.documents(`shop~${branch}`, 'items')).values()]);

it('compaction changes no merge, whatever was merged before', { timeout: 120_000 }, async () => {
  const names = ['main', 'a', 'b', 'c'];
  const name = fc.constantFrom(...names);
  const step = fc.oneof(
    fc.record({ set: name, id: fc.integer({ min: 0, max: 3 }), n: fc.integer({ min: 0, max: 9 }) }),
    fc.record({ merge: name, into: name }),
    fc.record({ compact: fc.constant(true) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
      const results: string[] = [];
      for (const isCompacted of [false, true]) {
        stack = await openStack();
        merges = new MergeService(stack.engine);
        await insert('shop', ...[0, 1, 2, 3].map((_id) => ({ _id, n: _id })));
        for (const each of names.slice(1)) await stack.branches.create('shop', each, {}, NOBODY);
        for (const each of steps) {
          if ('set' in each) await set(`shop~${each.set}`, each.id, { n: each.n, by: each.set });
          else if ('merge' in each && each.merge !== each.into) {
            const decider = deciderOf({ all: 'theirs' });
            const request = { project: 'shop', from: { name: each.merge }, into: each.into, decider };
            await merges.merge(request, NOBODY);
          } else if ('compact' in each && isCompacted) await compact();
        }
        results.push((await Promise.all(names.map(shown))).join('\n'));
        await stack.close();
      }
      expect(results[1]).toBe(results[0]);
    }),
    { numRuns: 40 },
  );
});
