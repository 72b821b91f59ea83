import { NOBODY } from '@argon/wal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { deciderOf } from '../merge/decide';
import { MergeService } from '../merge/merge-service';
import { changes, naiveMerge, play, shown, sorted, type Model } from '../testing/histories';
import { openEitherWay } from '../testing/stack';
import { RebaseService } from './rebase-service';

it('and then a merge into the parent give what the merge alone gives', async () => {
  await fc.assert(
    fc.asyncProperty(changes, changes, changes, changes, fc.boolean(), async (...given) => {
      const [before, onMain, onFeature, afterwards, isBranchPreferred] = given;
      const stack = await openEitherWay();
      try {
        const [merges, rebases] = [new MergeService(stack.engine), new RebaseService(stack.engine)];
        const main: Model = new Map();
        await stack.run('shop', { create: 'items' });
        await play(stack, 'shop', main, before);
        await stack.branches.create('shop', 'feature', {}, NOBODY);
        const [base, feature]: [Model, Model] = [new Map(main), new Map(main)];
        await play(stack, 'shop', main, onMain);
        await play(stack, 'shop~feature', feature, onFeature);
        // The same again, to be merged without a rebase.
        await stack.branches.create('shop', 'target', {}, NOBODY);
        const [ofBranch, ofParent] = isBranchPreferred
          ? (['ours', 'theirs'] as const)
          : (['theirs', 'ours'] as const);
        const { merged, clashes } = naiveMerge(base, feature, main, ofBranch);
        await merges.merge(
          {
            project: 'shop',
            from: { name: 'feature' },
            into: 'target',
            decider: deciderOf({ all: ofParent }),
          },
          NOBODY,
        );
        const report = await rebases.rebase(
          { project: 'shop', branch: 'feature', decider: deciderOf({ all: ofBranch }) },
          NOBODY,
        );
        expect(report.conflicts).toBe(clashes);
        expect(await shown(stack, 'shop~feature')).toEqual(sorted(merged));
        const rebased: Model = new Map(merged);
        await play(stack, 'shop~feature', rebased, afterwards);
        const back = await merges.merge({ project: 'shop', from: { name: 'feature' }, into: 'main' }, NOBODY);
        expect(back.conflicts).toBe(0);
        expect(await shown(stack, 'shop')).toEqual(sorted(rebased));
        if (afterwards.length === 0) {
          expect(await shown(stack, 'shop~target')).toEqual(await shown(stack, 'shop'));
        }
      } finally {
        await stack.close();
      }
    }),
    { numRuns: 60, examples: [[[], [], [], [], true]] },
  );
});
