import type { Value } from '@argon/bson';
import { NOBODY } from '@argon/wal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { documents } from '../../testing/arbitrary-documents';
import { openEitherWay, type Stack } from '../../testing/stack';
import { DiffService } from '../diff-service';
import { PatchService } from './patch-service';

const names = fc.constantFrom('a', 'b', 'c');
const ids = fc.constantFrom<Value[]>(0, 1, 2, 'x', 'y');
const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('put' as const), name: names, id: ids, document: documents }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), name: names, id: ids }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('rename' as const),
      name: names,
      to: names,
      drop: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('drop' as const, 'view' as const, 'index' as const, 'dropIndex' as const),
      name: names,
      unique: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('modify' as const), name: names, n: fc.nat({ max: 2 }) }),
  },
);
type Played = typeof command extends fc.Arbitrary<infer T> ? T : never;

function commandOf(played: Played): Record<string, unknown> {
  const { name } = played;
  switch (played.kind) {
    case 'put': {
      const u = new Map<string, Value>([['_id', played.id], ...played.document]);
      return { update: name, updates: [{ q: { _id: played.id }, u, upsert: true }] };
    }
    case 'delete':
      return { delete: name, deletes: [{ q: { _id: played.id }, limit: 1 }] };
    case 'rename':
      return { renameCollection: `shop.${name}`, to: `shop.${played.to}`, dropTarget: played.drop };
    case 'drop':
      return { drop: name };
    case 'view':
      return { create: name, viewOn: 'other', pipeline: [] };
    case 'index':
      return { createIndexes: name, indexes: [{ key: { a: 1 }, name: 'a', unique: played.unique }] };
    case 'dropIndex':
      return { dropIndexes: name, index: 'a' };
    case 'modify':
      return { collMod: name, validator: { z: { $ne: played.n } } };
  }
}

/** Plays what makes sense; the rest is refused, as it should be. */
async function play(stack: Stack, branch: string, list: readonly Played[]): Promise<void> {
  for (const played of list) {
    const { renameCollection, ...command } = commandOf(played);
    if (renameCollection === undefined) await stack.run(`shop~${branch}`, command).catch(() => undefined);
    else {
      const [from, to] = [renameCollection, command['to']].map((name) =>
        String(name).replace('shop.', `shop~${branch}.`),
      );
      const rename = { renameCollection: from, to, dropTarget: command['dropTarget'] };
      await stack.run('admin', rename).catch(() => undefined);
    }
  }
}

/** Everything that a branch shows, its documents in bytes. */
async function shown(stack: Stack, branch: string): Promise<unknown> {
  const { id } = await stack.branches.get('shop', branch);
  const state = await stack.materializer.current(id);
  const collections: unknown[] = [];
  for (const [name, { catalog, ...collection }] of [...state.collections].sort(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    void collection;
    const held = state.collections.get(name)!;
    const documents: string[] = [];
    const scan = held.scan();
    for (let refs = await scan.next(); refs !== undefined; refs = await scan.next()) {
      const read = await stack.materializer.documents(
        state,
        refs.map(({ lsn }) => lsn),
      );
      documents.push(...read.map((bytes) => Buffer.from(bytes).toString('hex')));
    }
    const indexes = catalog.indexes.map(({ specification }) => specification);
    const byName = indexes.sort((a, b) => (String(a.get('name')) < String(b.get('name')) ? -1 : 1));
    collections.push({
      name,
      type: catalog.type,
      options: catalog.options,
      indexes: byName,
      documents: documents.sort(),
    });
  }
  return collections;
}

it('the difference of two states, applied to the one, gives the other', { timeout: 120_000 }, async () => {
  let renamed = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { maxLength: 12 }),
      fc.array(command, { maxLength: 12 }),
      fc.array(command, { maxLength: 12 }),
      async (before, onMain, onOther) => {
        const stack = await openEitherWay();
        try {
          const [diffs, patches] = [new DiffService(stack.engine), new PatchService(stack.engine)];
          await stack.branches.createProject('shop', NOBODY);
          await play(stack, 'main', before);
          await stack.branches.create('shop', 'other', {}, NOBODY);
          await play(stack, 'main', onMain);
          await play(stack, 'other', onOther);
          await stack.branches.create('shop', 'patched', {}, NOBODY);
          const place = (name: string) => ({ project: 'shop', name });
          const request = { from: place('main'), to: place('other') };
          const lines: string[] = [];
          for await (const line of diffs.patch(request)) lines.push(line);
          renamed += lines.filter((line) => line.includes('"op":"rename"')).length;
          const patch = { project: 'shop', branch: 'patched', lines: () => lines };
          const preview = await patches.preview(patch);
          expect(preview.examples).toEqual([]);
          const report = await patches.apply(patch, NOBODY);
          expect(report.counts).toEqual(preview.counts);
          expect(report.head === undefined).toBe(lines.length === 2);
          expect(await shown(stack, 'patched')).toEqual(await shown(stack, 'other'));
          // And then there is no difference any more.
          const left = { from: place('patched'), to: place('other') };
          for await (const stat of diffs.stat(left)) expect.fail(`${stat.collection} still differs`);
          // What stat counts is what the patch did.
          const counts = { inserted: 0, updated: 0, deleted: 0 };
          for await (const stat of diffs.stat(request)) {
            counts.inserted += stat.inserted;
            counts.updated += stat.updated;
            counts.deleted += stat.deleted;
          }
          expect({ ...report.counts, catalog: 0 }).toEqual({ ...counts, catalog: 0 });
        } finally {
          await stack.close();
        }
      },
    ),
    { numRuns: 150 },
  );
  expect(renamed).toBeGreaterThan(0);
});
