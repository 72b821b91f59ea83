import { NOBODY } from '@argon/wal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { changes, naiveMerge, play, shown, sorted, type Model } from '../../testing/histories';
import { openEitherWay } from '../../testing/stack';
import { deciderOf } from '../decide';
import { MergeService } from '../merge-service';
import { readMergePlan } from './read-plan';

const side = fc.constantFrom('ours' as const, 'theirs' as const);

it('that is made, decided line by line and carried out gives what a merge gives', async () => {
  await fc.assert(
    fc.asyncProperty(
      changes,
      changes,
      changes,
      fc.array(side, { minLength: 6, maxLength: 6 }),
      async (...given) => {
        const [before, onMain, onFeature, sides] = given;
        const stack = await openEitherWay();
        try {
          const merges = new MergeService(stack.engine);
          const main: Model = new Map();
          await stack.run('shop', { create: 'items' });
          await play(stack, 'shop', main, before);
          await stack.branches.create('shop', 'feature', {}, NOBODY);
          const [base, feature]: [Model, Model] = [new Map(main), new Map(main)];
          await play(stack, 'shop', main, onMain);
          await play(stack, 'shop~feature', feature, onFeature);
          const lines: string[] = [];
          const decided = new Map<string, 'ours' | 'theirs'>();
          const request = { project: 'shop', from: { name: 'feature' }, into: 'main' };
          for await (const line of merges.plan(request)) {
            const fields = JSON.parse(line) as { op: string; _id: number; decision?: unknown };
            if (fields.op === 'conflict') {
              fields.decision = sides[fields._id]!;
              decided.set(String(fields._id), sides[fields._id]!);
            }
            lines.push(JSON.stringify(fields));
          }
          const report = await merges.merge(await readMergePlan(lines), NOBODY);
          const [ours, theirs] = [
            naiveMerge(base, main, feature, 'ours'),
            naiveMerge(base, main, feature, 'theirs'),
          ];
          expect([report.conflicts, decided.size]).toEqual([ours.clashes, ours.clashes]);
          const merged: Model = new Map();
          for (const id of ['0', '1', '2', '3', '4', '5']) {
            const from = decided.get(id) === 'theirs' ? theirs.merged : ours.merged;
            const fields = from.get(id);
            if (fields !== undefined) merged.set(id, fields);
          }
          expect(await shown(stack, 'shop')).toEqual(sorted(merged));
        } finally {
          await stack.close();
        }
      },
    ),
    { numRuns: 60 },
  );
});

it('of a merge that was decided gives the same merge', async () => {
  await fc.assert(
    fc.asyncProperty(changes, changes, changes, side, async (before, onMain, onFeature, prefer) => {
      const stack = await openEitherWay();
      try {
        const merges = new MergeService(stack.engine);
        const model: Model = new Map();
        await stack.run('shop', { create: 'items' });
        await play(stack, 'shop', model, before);
        await stack.branches.create('shop', 'feature', {}, NOBODY);
        await play(stack, 'shop~feature', new Map(model), onFeature);
        await play(stack, 'shop', model, onMain);
        await stack.branches.create('shop', 'other', {}, NOBODY);
        const from = { name: 'feature' };
        const decider = deciderOf({ all: prefer });
        const plan: string[] = [];
        for await (const line of merges.plan({ project: 'shop', from, into: 'main', decider }))
          plan.push(line);
        const planned = await merges.merge(await readMergePlan(plan), NOBODY);
        const merged = await merges.merge({ project: 'shop', from, into: 'other', decider }, NOBODY);
        expect(planned.counts).toEqual(merged.counts);
        expect(JSON.parse(plan.at(-1)!)).toMatchObject({ conflicts: merged.conflicts, open: 0 });
        expect(await shown(stack, 'shop')).toEqual(await shown(stack, 'shop~other'));
      } finally {
        await stack.close();
      }
    }),
    { numRuns: 60 },
  );
});
