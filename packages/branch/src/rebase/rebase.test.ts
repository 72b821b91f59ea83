import { NOBODY } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deciderOf } from '../merge/decide';
import { MergeService } from '../merge/merge-service';
import { openStack, STAGED, type Stack } from '../testing/stack';
import { UndoService } from '../undo/undo-service';
import { RebaseService } from './rebase-service';

let stack: Stack;
let rebases: RebaseService;

const insert = (database: string, ...documents: Record<string, unknown>[]) =>
  stack.run(database, { insert: 'items', documents });
const set = (database: string, id: unknown, fields: Record<string, unknown>) =>
  stack.run(database, { update: 'items', updates: [{ q: { _id: id }, u: { $set: fields } }] });
const feature = { project: 'shop', branch: 'feature' };
const shown = async (database: string) => [...(await stack.documents(database, 'items')).values()];
const merge = () =>
  new MergeService(stack.engine).merge({ project: 'shop', from: { name: 'feature' }, into: 'main' }, NOBODY);

describe.each([
  ['as one commit', {}],
  ['staged', STAGED],
])('a rebase %s', (_, options) => {
  beforeEach(async () => {
    stack = await openStack('memory:', options);
    rebases = new RebaseService(stack.engine);
    await insert('shop', { _id: 1, a: 1, b: 1 });
    await stack.branches.create('shop', 'feature', {}, NOBODY);
    await set('shop~feature', 1, { a: 2 });
    await insert('shop', { _id: 2 });
  });
  afterEach(() => stack.close());

  it("brings what the parent has, and leaves the branch's own changes for a merge", async () => {
    const preview = await rebases.preview(feature);
    expect(preview).toMatchObject({
      from: 'main',
      into: 'feature',
      counts: { inserted: 1 },
      head: undefined,
    });
    expect(await shown('shop~feature')).toEqual([{ _id: 1, a: 2, b: 1 }]);
    await rebases.rebase(feature, NOBODY);
    expect(await shown('shop~feature')).toEqual([{ _id: 1, a: 2, b: 1 }, { _id: 2 }]);
    expect(await rebases.rebase(feature, NOBODY)).toMatchObject({ upToDate: true, head: undefined });
    const report = await merge();
    expect(report.counts).toEqual({ inserted: 0, updated: 1, deleted: 0, catalog: 0 });
    expect(await shown('shop')).toEqual(await shown('shop~feature'));
  });

  it('stops at conflicts, in which ours is the branch', async () => {
    await set('shop', 1, { a: 3 });
    const head = await stack.head('shop', 'feature');
    await expect(rebases.rebase(feature, NOBODY)).rejects.toMatchObject({
      code: 'ARGON_BRANCH_MERGE_CONFLICT',
    });
    expect(await stack.head('shop', 'feature')).toBe(head);
    await rebases.rebase({ ...feature, decider: deciderOf({ all: 'ours' }) }, NOBODY);
    expect((await shown('shop~feature'))[0]).toEqual({ _id: 1, a: 2, b: 1 });
  });

  it('that is undone never was: a later merge takes nothing of the parent back', async () => {
    const { head } = await rebases.rebase(feature, NOBODY);
    const undos = new UndoService(stack.engine);
    const request = { ...feature, what: { kind: 'commit', lsn: head! } } as const;
    const what = { kind: 'commits', commits: [{ lsn: head! }] } as const;
    expect(await undos.preview({ ...feature, what })).toMatchObject({ by: 'reset', head: undefined });
    expect(await undos.undo(request, NOBODY)).toMatchObject({ by: 'reset', conflicts: 0 });
    expect(await shown('shop~feature')).toEqual([{ _id: 1, a: 2, b: 1 }]);
    await merge();
    expect(await shown('shop')).toEqual([{ _id: 1, a: 2, b: 1 }, { _id: 2 }]);
  });

  it('of many documents is undone alike', async () => {
    await insert('shop', ...Array.from({ length: 10 }, (_, i) => ({ _id: 100 + i })));
    const before = await stack.head('shop', 'feature');
    const { head } = await rebases.rebase(feature, NOBODY);
    expect(head).toBe(await stack.head('shop', 'feature'));
    const request = { ...feature, what: { kind: 'commit', lsn: head! } } as const;
    const undone = await new UndoService(stack.engine).undo(request, NOBODY);
    expect(undone).toMatchObject({ by: 'reset', counts: { deleted: 11 } });
    const { resets } = await stack.branches.get('shop', 'feature');
    expect(resets.at(-1)).toMatchObject({ to: before });
    await merge();
    expect(await shown('shop')).toHaveLength(12);
  });

  it('is taken back by a commit when somebody has written since, or the branch is protected', async () => {
    const { head } = await rebases.rebase(feature, NOBODY);
    const undos = new UndoService(stack.engine);
    const request = { ...feature, what: { kind: 'commit', lsn: head! } } as const;
    await stack.branches.protect('shop', 'feature', true, NOBODY);
    expect(await undos.preview(request)).toMatchObject({ by: 'commit' });
    await stack.branches.protect('shop', 'feature', false, NOBODY);
    await insert('shop~feature', { _id: 9 });
    expect(await undos.undo(request, NOBODY)).toMatchObject({ by: 'commit', counts: { deleted: 1 } });
    expect(await shown('shop~feature')).toEqual([{ _id: 1, a: 2, b: 1 }, { _id: 9 }]);
  });

  it('needs a parent', async () => {
    const first = rebases.rebase({ project: 'shop', branch: 'main' }, NOBODY);
    await expect(first).rejects.toMatchObject({ code: 'ARGON_BRANCH_NO_PARENT' });
    await stack.branches.create('shop', 'child', { from: 'feature' }, NOBODY);
    await stack.branches.delete('shop', 'feature', NOBODY);
    await stack.branches.create('shop', 'feature', {}, NOBODY);
    const orphan = rebases.rebase({ project: 'shop', branch: 'child' }, NOBODY);
    await expect(orphan).rejects.toThrow("its parent 'feature' was deleted");
  });

  it('is refused when a head is not the one that was looked at', async () => {
    const { ours, theirs } = await rebases.preview(feature);
    const seen = { ...feature, expectedHead: ours.lsn, expectedParent: theirs.lsn };
    await insert('shop', { _id: 3 });
    await expect(rebases.rebase(seen, NOBODY)).rejects.toMatchObject({ code: 'ARGON_BRANCH_PLAN_OUTDATED' });
  });
});
