import { encodeDocument, type Value } from '@argon/bson';
import { NOBODY, verifyStore } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStack, STAGED, type Stack } from '../../testing/stack';
import { HistoryService } from '../../history/history-service';
import { DiffService } from '../diff-service';
import { lineText } from './line-text';
import { PatchService } from './patch-service';
import { readLine } from './read-line';

let stack: Stack;
let patches: PatchService;

const set = (database: string, id: unknown, u: Record<string, unknown>) =>
  stack.run(database, { update: 'items', updates: [{ q: { _id: id }, u }] });
const apply = (lines: readonly string[], branch = 'main') =>
  patches.apply({ project: 'shop', branch, lines: () => lines }, NOBODY);

/** The patch from main to `feature`. */
async function patch(): Promise<readonly string[]> {
  const [from, to] = [
    { project: 'shop', name: 'main' },
    { project: 'shop', name: 'feature' },
  ];
  const lines: string[] = [];
  for await (const line of new DiffService(stack.engine).patch({ from, to })) lines.push(line);
  return lines;
}

beforeEach(async () => {
  stack = await openStack();
  patches = new PatchService(stack.engine);
  await stack.run('shop', {
    insert: 'items',
    documents: [
      { _id: 1, n: 1, list: [1, 2, 3] },
      { _id: 2, n: 2 },
      { _id: 3, n: 3 },
    ],
  });
  await stack.branches.create('shop', 'feature', {}, NOBODY);
  await set('shop~feature', 1, { $set: { n: 10 }, $push: { list: 4 } });
  await stack.run('shop~feature', { delete: 'items', deletes: [{ q: { _id: 3 }, limit: 1 }] });
  await stack.run('shop~feature', { insert: 'items', documents: [{ _id: 4 }] });
});
afterEach(() => stack.close());

describe('a patch', () => {
  it('leaves alone what it does not speak of', async () => {
    const lines = await patch();
    await set('shop', 1, { $set: { other: true } });
    await set('shop', 2, { $set: { n: 20 } });
    const before = await stack.head('shop');
    const report = await apply(lines);
    expect(report.counts).toEqual({ inserted: 1, updated: 1, deleted: 1, catalog: 0 });
    expect(report.head).toBe(before + 3);
    expect(await stack.documents('shop', 'items')).toEqual(
      new Map<string, unknown>([
        ['1', { _id: 1, n: 10, list: [1, 2, 3, 4], other: true }],
        ['2', { _id: 2, n: 20 }],
        ['4', { _id: 4 }],
      ]),
    );
  });

  it('may change a document twice, also when it is too large for one commit', async () => {
    await stack.close();
    stack = await openStack('memory:', STAGED);
    patches = new PatchService(stack.engine);
    await stack.run('shop', { insert: 'items', documents: [1, 2, 3].map((_id) => ({ _id, n: 0 })) });
    await stack.branches.create('shop', 'feature', {}, NOBODY);
    const changes: string[] = [];
    const ends: string[] = [];
    for (const id of [1, 2, 3, 1, 2, 3]) {
      await set('shop', id, { $inc: { n: 0 } });
      await set('shop~feature', id, { $inc: { n: 1 } });
      const [begin, change, end] = (await patch()) as [string, string, string];
      ends.push(begin, end);
      changes.push(change);
      await patches.apply({ project: 'shop', branch: 'main', lines: () => [begin, change, end] }, NOBODY);
    }
    await stack.branches.create('shop', 'old', { at: { lsn: 6 } }, NOBODY);
    const end = ends[1]!.replace(/\d+/u, String(changes.length + 2));
    await apply([ends[0]!, ...changes, end], 'old');
    expect([...(await stack.documents('shop~old', 'items')).values()].map(({ n }) => n)).toEqual([2, 2, 2]);
    const versions = [];
    const place = { project: 'shop', name: 'old', collection: 'items', id: 3 };
    for await (const batch of new HistoryService(stack.engine).versions(place)) versions.push(...batch);
    expect(versions.map(({ operation }) => operation)).toEqual(['update', 'update', 'insert']);
    expect((await verifyStore(stack.store)).problems).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ["'n' is not what", () => set('shop', 1, { $set: { n: 5 } })],
    ["'list' is not what", () => set('shop', 1, { $pop: { list: -1 } })],
    ['is another than', () => set('shop', 3, { $set: { x: 1 } })],
    ['is not there', () => stack.run('shop', { delete: 'items', deletes: [{ q: { _id: 1 }, limit: 1 }] })],
    ['_id already', () => stack.run('shop', { insert: 'items', documents: [{ _id: 4 }] })],
    ['no such collection', () => stack.run('shop', { drop: 'items' })],
  ])('that does not fit is refused as a whole: %s', async (problem, change) => {
    const lines = await patch();
    await change();
    const head = await stack.head('shop');
    const error = await apply(lines).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ARGON_BRANCH_PATCH_CONFLICT' });
    expect(String(error)).toContain(problem);
    expect(await stack.head('shop')).toBe(head);
    const { conflicts, examples } = await patches.preview({
      project: 'shop',
      branch: 'main',
      lines: () => lines,
    });
    expect(conflicts).toBe(examples.length);
    expect(examples[0]).toMatchObject({ collection: 'items' });
  });

  it('is for the head that was looked at', async () => {
    const lines = await patch();
    const request = { project: 'shop', branch: 'main', lines: () => lines };
    const { base } = await patches.preview(request);
    await set('shop', 2, { $set: { n: 20 } });
    await expect(patches.apply({ ...request, expectedHead: base }, NOBODY)).rejects.toMatchObject({
      code: 'ARGON_BRANCH_PLAN_OUTDATED',
    });
  });

  it('does not break validators or unique indexes', async () => {
    const lines = await patch();
    await stack.run('shop', { collMod: 'items', validator: { n: { $lt: 10 } } });
    const conflicting = apply(lines);
    await expect(conflicting).rejects.toMatchObject({ code: 'ARGON_BRANCH_VIOLATION' });
    expect((await stack.documents('shop', 'items')).has('3')).toBe(true);
  });

  it('is refused when it is not whole, or no patch', async () => {
    const lines = await patch();
    const head = await stack.head('shop');
    for (const broken of [
      [],
      lines.slice(0, -1),
      lines.slice(1),
      [...lines.slice(0, 2), ...lines.slice(3)],
      [...lines, lines[1]!],
      [lines[0]!, '{"op":', lines.at(-1)!],
      [lines[0]!, '{"op": "explode", "collection": "items"}', lines.at(-1)!],
      [lines[0]!, '{"op": "insert", "collection": "items", "document": {"n": 1}}', lines.at(-1)!],
      [lines[0]!, '{"op": "update", "collection": "items", "_id": 1, "changes": [{"path": [null]}]}'],
      [lines[0]!, '{"op": "rename", "collection": "items", "to": "a$b"}', lines.at(-1)!],
      [lines[0]!, '{"op": "create-index", "collection": "items", "index": {"key": {"a": 1}}}', lines.at(-1)!],
      ['{"_id": 1}'],
    ]) {
      await expect(apply(broken)).rejects.toMatchObject({ code: 'ARGON_BRANCH_PATCH_FORMAT' });
    }
    expect(await stack.head('shop')).toBe(head);
  });

  it('swaps the names of collections', async () => {
    await stack.run('shop', { insert: 'others', documents: [{ _id: 9 }] });
    await stack.branches.delete('shop', 'feature', NOBODY);
    await stack.branches.create('shop', 'feature', {}, NOBODY);
    for (const [from, to] of [
      ['items', 'x'],
      ['others', 'items'],
      ['x', 'others'],
    ]) {
      await stack.run('admin', { renameCollection: `shop~feature.${from}`, to: `shop~feature.${to}` });
    }
    const lines = await patch();
    expect(lines).toHaveLength(5);
    await apply(lines);
    expect([...(await stack.documents('shop', 'items')).keys()]).toEqual(['9']);
    expect([...(await stack.documents('shop', 'others')).keys()]).toEqual(['1', '2', '3']);
  });

  it('cannot change what a document is called', async () => {
    const [first, , , , last] = await patch();
    const change = '{"path": ["_id"], "before": 2, "after": 7}';
    const line = `{"op": "update", "collection": "items", "_id": 2, "changes": [${change}]}`;
    const end = last!.replace(/"\$numberLong":"\d+"/, '"$numberLong":"3"');
    await expect(apply([first!, line, end])).rejects.toThrow(/_id of a document cannot change/);
  });
});

it('keeps documents that Extended JSON would change', () => {
  const wrapper = new Map<string, Value>([
    ['_id', 1],
    ['type', new Map<string, Value>([['$numberInt', 'five']])],
  ]);
  const document = encodeDocument(wrapper);
  const line = { op: 'insert', collection: 'items', id: 1, document } as const;
  expect(lineText(line)).toContain('"bson"');
  expect(readLine(lineText(line), 1)).toEqual(line);
});
