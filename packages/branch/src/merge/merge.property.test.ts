import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NOBODY } from '@argon/wal';
import { changes, naiveMerge, play, shown, sorted, type Model } from '../testing/histories';
import { openEitherWay } from '../testing/stack';
import { deciderOf } from './decide';
import { MergeService } from './merge-service';

it('is what a person would do with three versions of each field, also the second and the third time', async () => {
  await fc.assert(
    fc.asyncProperty(
      changes,
      fc.array(
        fc.tuple(changes, changes, fc.constantFrom('ours' as const, 'theirs' as const), fc.boolean()),
        {
          minLength: 1,
          maxLength: 3,
        },
      ),
      async (before, rounds) => {
        const stack = await openEitherWay();
        try {
          const merges = new MergeService(stack.engine);
          const [main, feature]: [Model, Model] = [new Map(), new Map()];
          await stack.run('shop', { create: 'items' });
          await play(stack, 'shop', main, before);
          await stack.branches.create('shop', 'feature', {}, NOBODY);
          let base: Model = new Map(main);
          for (const [id, fields] of main) feature.set(id, fields);
          for (const [onMain, onFeature, prefer, back] of rounds) {
            await play(stack, 'shop', main, onMain);
            await play(stack, 'shop~feature', feature, onFeature);
            // Either into the other: what they have in common afterwards is the side that was merged.
            const [into, from] = back ? [feature, main] : [main, feature];
            const request = {
              project: 'shop',
              from: { name: back ? 'main' : 'feature' },
              into: back ? 'feature' : 'main',
            };
            const { merged, clashes } = naiveMerge(base, into, from, prefer);
            const open = await merges.preview(request);
            expect([open.conflicts, open.open]).toEqual([clashes, clashes]);
            const headBefore = await stack.head('shop', request.into);
            if (clashes > 0) {
              await expect(merges.merge(request, NOBODY)).rejects.toThrow(/not decided/);
              expect(await stack.head('shop', request.into)).toBe(headBefore);
            }
            const decider = deciderOf({ all: prefer });
            const report = await merges.merge({ ...request, decider }, NOBODY);
            expect(report.upToDate).toBe(report.head === undefined);
            if (!report.upToDate) expect(report.head).toBe(await stack.head('shop', request.into));
            expect(await shown(stack, `shop~${request.into}`)).toEqual(sorted(merged));
            expect((await merges.merge(request, NOBODY)).upToDate).toBe(true);
            base = new Map(from);
            into.clear();
            for (const [id, fields] of merged) into.set(id, fields);
          }
        } finally {
          await stack.close();
        }
      },
    ),
    { numRuns: 60 },
  );
});

it('is the same from either side when nothing clashes', async () => {
  await fc.assert(
    fc.asyncProperty(changes, changes, changes, async (before, onMain, onFeature) => {
      const stack = await openEitherWay();
      try {
        const merges = new MergeService(stack.engine);
        const main: Model = new Map();
        await stack.run('shop', { create: 'items' });
        await play(stack, 'shop', main, before);
        await stack.branches.create('shop', 'feature', {}, NOBODY);
        const feature: Model = new Map(main);
        await play(stack, 'shop', main, onMain);
        await play(stack, 'shop~feature', feature, onFeature);
        await stack.branches.create('shop', 'other', { from: 'feature' }, NOBODY);
        const { conflicts } = await merges.preview({
          project: 'shop',
          from: { name: 'feature' },
          into: 'main',
        });
        if (conflicts > 0) return;
        await merges.merge({ project: 'shop', from: { name: 'main' }, into: 'other' }, NOBODY);
        await merges.merge({ project: 'shop', from: { name: 'feature' }, into: 'main' }, NOBODY);
        expect(await shown(stack, 'shop')).toEqual(await shown(stack, 'shop~other'));
      } finally {
        await stack.close();
      }
    }),
    { numRuns: 60 },
  );
});
