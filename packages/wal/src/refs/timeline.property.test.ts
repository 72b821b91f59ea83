import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BranchRecord, Reset } from './records';
import { timelineAt } from './timeline';

type Step =
  | { kind: 'commit'; branch: number; entries: number }
  | { kind: 'fork'; branch: number; at: number }
  | { kind: 'reset'; branch: number; to: number }
  | { kind: 'adopt'; branch: number; from: number; to: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('commit' as const),
        branch: fc.nat(),
        entries: fc.integer({ min: 1, max: 3 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('fork' as const), branch: fc.nat(), at: fc.nat() }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('reset' as const), branch: fc.nat(), to: fc.nat() }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('adopt' as const),
        branch: fc.nat(),
        from: fc.nat(),
        to: fc.nat(),
      }),
    },
  ),
  { maxLength: 40 },
);

/**
 * The oracle: every branch remembers, for each LSN that ends one of its commits, the set of entries it showed then.
 * A commit adds its entries to the newest set, a fork takes over a set, a reset shows an old set again, its own or another's.
 */
interface NaiveBranch {
  readonly record: Omit<BranchRecord, 'resets'> & { resets: Reset[] };
  /** Ends of commits that can be gone back to, oldest first, and what was visible then. */
  readonly shown: Map<number, ReadonlyMap<number, number>>;
}

function simulate(plan: Step[]): { branches: NaiveBranch[]; owners: Map<number, number> } {
  const owners = new Map<number, number>();
  let lastLsn = 2;
  const record = (id: number, parentId: number | null, baseLsn: number, startLsn: number) => ({
    id,
    projectId: 1,
    name: `b${id}`,
    parentId,
    baseLsn,
    startLsn,
    headLsn: startLsn,
    resets: [],
    createdAt: 0,
    createdBy: { user: '', app: '' },
    protected: false,
    expiresAt: null,
    status: 'active' as const,
  });
  const branches: NaiveBranch[] = [
    {
      record: record(2, null, 0, 2),
      shown: new Map([
        [
          2,
          new Map([
            [1, 2],
            [2, 2],
          ]),
        ],
      ]),
    },
  ];
  const heads = [2];
  for (const step of plan) {
    const index = step.branch % branches.length;
    const branch = branches[index]!;
    const visible = branch.shown.get(heads[index]!)!;
    if (step.kind === 'fork') {
      const points = [...branch.shown.keys()];
      const base = points[step.at % points.length]!;
      const id = ++lastLsn;
      branches.push({
        record: record(id, branch.record.id, base, base),
        shown: new Map([[base, branch.shown.get(base)!]]),
      });
      heads.push(base);
      continue;
    }
    const { id } = branch.record;
    if (step.kind === 'reset') {
      const points = [...branch.shown.keys()];
      const to = points[step.to % points.length]!;
      const lsn = ++lastLsn;
      branch.record.resets.push({ lsn, to });
      branch.shown.set(lsn, branch.shown.get(to)!);
      heads[index] = lsn;
      continue;
    }
    if (step.kind === 'adopt') {
      const from = branches[step.from % branches.length]!;
      const points = [...from.shown.keys()];
      const to = points[step.to % points.length]!;
      const lsn = ++lastLsn;
      branch.record.resets.push({ lsn, to, branchId: from.record.id });
      branch.shown.set(lsn, from.shown.get(to)!);
      heads[index] = lsn;
      continue;
    }
    const next = new Map(visible);
    for (let i = 0; i < step.entries; i++) {
      next.set(++lastLsn, id);
      owners.set(lastLsn, id);
    }
    branch.shown.set(lastLsn, next);
    heads[index] = lastLsn;
  }
  return { branches, owners };
}

it('shows at every LSN of every branch what the naive model showed then', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      const { branches, owners } = simulate(plan);
      owners.set(1, 2).set(2, 2);
      const lookup = (id: number) => branches.find((branch) => branch.record.id === id)?.record;
      for (const { record, shown } of branches) {
        for (const [lsn, visible] of shown) {
          const timeline = await timelineAt(record.id, lsn, lookup);
          // An LSN is visible if it is covered, and by its own branch: others' LSNs lie between a branch's own.
          for (const [entry, owner] of owners) {
            expect(timeline.branchOf(entry) === owner, `${entry} on ${record.id} at ${lsn}`).toBe(
              visible.has(entry),
            );
          }
          for (const [i, segment] of timeline.segments.entries()) {
            expect(segment.to).toBeGreaterThan(segment.from);
            if (i > 0) expect(segment.from).toBeGreaterThanOrEqual(timeline.segments[i - 1]!.to);
          }
        }
      }
    }),
    { numRuns: 300 },
  );
});
