import type { BranchPlan } from '@argon/migrate';
import type { CommandContext } from '../cli/context';
import { byteSize, count, duration } from '../render/numbers';

export const NOTHING_LEFT = 'No branch is left to migrate.';

/** What there is to do, of branches that are not in the log. @param nothing what to say if there is none */
export async function tellPlan(
  { output }: CommandContext,
  plans: readonly BranchPlan[],
  nothing: string,
): Promise<void> {
  const branches = plans.map(({ copied, ...plan }) => ({ ...plan, copied: copied ?? null }));
  await output.result({ branches }, () => {
    if (plans.length === 0) return [nothing];
    const notes = plans.flatMap((plan) => plan.notes.map((note) => `  ${plan.branch}: ${note}`));
    return [
      output.table(
        [
          { title: 'Branch' },
          { title: 'From' },
          { title: 'Collections', align: 'right' },
          { title: 'Documents', align: 'right' },
          { title: 'Size', align: 'right' },
          { title: 'About', align: 'right' },
          { title: '' },
        ],
        plans.map((plan) => [
          plan.branch,
          plan.parent ?? '',
          count(plan.collections),
          count(plan.documents),
          byteSize(plan.bytes),
          duration(plan.seconds * 1000),
          plan.allowed ? (plan.phase === 'copied' ? 'begun' : '') : 'not allowed by flags',
        ]),
      ),
      ...(notes.length === 0 ? [] : ['', 'Left out, as the log cannot have it:', ...notes]),
    ];
  });
}
