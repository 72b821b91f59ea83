import { NOBODY } from '@argon/wal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { deciderOf } from '../merge/decide';
import { changes, naiveMerge, play, shown, sorted, type Change, type Model } from '../testing/histories';
import { openEitherWay, type Stack } from '../testing/stack';
import { UndoService } from '../undo/undo-service';
import { PickService } from './pick-service';

async function onStack(before: readonly Change[], work: (stack: Stack, model: Model) => Promise<void>) {
  const stack = await openEitherWay();
  try {
    const model: Model = new Map();
    await stack.run('shop', { create: 'items' });
    await play(stack, 'shop', model, before);
    await stack.branches.create('shop', 'feature', {}, NOBODY);
    await work(stack, model);
  } finally {
    await stack.close();
  }
}

/** Plays changes one by one. @returns the LSN of each that did anything, and what there was after it */
async function playCommits(
  stack: Stack,
  database: string,
  branch: string,
  model: Model,
  list: readonly Change[],
): Promise<readonly { lsn: number; before: Model; after: Model }[]> {
  const commits: { lsn: number; before: Model; after: Model }[] = [];
  for (const change of list) {
    const [head, before] = [await stack.head('shop', branch), new Map(model)];
    await play(stack, database, model, [change]);
    const lsn = await stack.head('shop', branch);
    if (lsn !== head) commits.push({ lsn, before, after: new Map(model) });
  }
  return commits;
}

it('of every commit of a branch, in order and at once or one by one, gives the branch', async () => {
  await fc.assert(
    fc.asyncProperty(changes, changes, fc.boolean(), async (before, onFeature, atOnce) =>
      onStack(before, async (stack, model) => {
        const feature: Model = new Map(model);
        const commits = await playCommits(stack, 'shop~feature', 'feature', feature, onFeature);
        if (commits.length === 0) return;
        const picks = new PickService(stack.engine);
        const pick = (list: readonly { lsn: number }[]) =>
          picks.cherryPick({ project: 'shop', from: 'feature', commits: list, into: 'main' }, NOBODY);
        const named = commits.map(({ lsn }) => ({ lsn }));
        for (const list of atOnce ? [named] : named.map((each) => [each])) {
          expect(await pick(list)).toMatchObject({ conflicts: 0 });
        }
        expect(await shown(stack, 'shop')).toEqual(sorted(feature));
      }),
    ),
    { numRuns: 60 },
  );
});

it('of some commits is what a person would do with them one after the other', async () => {
  const chosen = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });
  const side = fc.constantFrom('ours' as const, 'theirs' as const);
  await fc.assert(
    fc.asyncProperty(
      changes,
      changes,
      changes,
      chosen,
      side,
      async (before, onMain, onFeature, wanted, prefer) =>
        onStack(before, async (stack, model) => {
          const feature: Model = new Map(model);
          const commits = await playCommits(stack, 'shop~feature', 'feature', feature, onFeature);
          await play(stack, 'shop', model, onMain);
          // No two that follow each other, which would be one change.
          const picked = commits.filter((_, i) => wanted[i] && !wanted[i - 1]);
          if (picked.length === 0) return;
          let [expected, clashes] = [model, 0];
          for (const { before: from, after } of picked) {
            const step = naiveMerge(from, expected, after, prefer);
            expected = step.merged;
            clashes += step.clashes;
          }
          const picks = new PickService(stack.engine);
          const request = {
            project: 'shop',
            from: 'feature',
            commits: picked.map(({ lsn }) => ({ lsn })),
            into: 'main',
            decider: deciderOf({ all: prefer }),
          };
          const head = await stack.head('shop');
          const report = await picks.cherryPick(request, NOBODY);
          expect([report.conflicts, report.open]).toEqual([clashes, 0]);
          expect(await shown(stack, 'shop')).toEqual(sorted(expected));
          if (report.head === undefined) return;
          expect(report.head).toBe(await stack.head('shop'));
          const undo = { kind: 'commit', lsn: report.head } as const;
          const undone = await new UndoService(stack.engine).undo(
            { project: 'shop', branch: 'main', what: undo },
            NOBODY,
          );
          expect(undone.conflicts).toBe(0);
          expect(await shown(stack, 'shop')).toEqual(sorted(model));
          expect(report.head).toBeGreaterThan(head);
        }),
    ),
    { numRuns: 100 },
  );
});

it('taken back, commits by commits, leaves what a person would leave', async () => {
  const chosen = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });
  const side = fc.constantFrom('ours' as const, 'theirs' as const);
  await fc.assert(
    fc.asyncProperty(changes, changes, chosen, side, async (before, list, wanted, prefer) =>
      onStack(before, async (stack, model) => {
        const commits = await playCommits(stack, 'shop', 'main', model, list);
        const taken = commits.filter((_, i) => wanted[i] && !wanted[i - 1]);
        if (taken.length === 0) return;
        let [expected, clashes] = [model, 0];
        for (const { before: was, after } of taken.toReversed()) {
          const step = naiveMerge(after, expected, was, prefer);
          expected = step.merged;
          clashes += step.clashes;
        }
        const what = { kind: 'commits', commits: taken.map(({ lsn }) => ({ lsn })) } as const;
        const request = { project: 'shop', branch: 'main', what, decider: deciderOf({ all: prefer }) };
        expect((await new UndoService(stack.engine).undo(request, NOBODY)).conflicts).toBe(clashes);
        expect(await shown(stack, 'shop')).toEqual(sorted(expected));
      }),
    ),
    { numRuns: 100 },
  );
});
