import type { CommandDefinition } from '../../cli/definition';
import { PROJECT } from '../../cli/options';
import { isoTime, moment } from '../../render/numbers';
import { rolloutFacts } from '../../rollout/facts';
import { PLAN } from '../../rollout/options';
import { rolloutPlan } from '../../rollout/plan-file';
import { phaseText, rolloutState } from '../../rollout/state';
import { withSession } from '../../store/session';

export const rolloutStatus: CommandDefinition = {
  path: 'rollout status',
  summary: 'where the rollout of the log is, and why it may or may not go on',
  details:
    'A rollout.yaml has phases; each says how many new branches are made in the log, and what must be so before the next ' +
    'phase may begin. Times and failures are those of the last day, as programs told the store (argon wal perf).',
  options: [PROJECT, PLAN],
  examples: [
    ['argon rollout status', ''],
    [
      'argon rollout status --json',
      '{"phase", "since", "criteria": [{"criterion", "wanted", "found", "met"}], "next", "mayAdvance"}',
    ],
  ],
  run: async (context) => {
    const { plan, path } = await rolloutPlan(context);
    const { judge } = await import('@argon/branch/rollout');
    await withSession(context, async (session) => {
      const now = Date.now();
      const { phase, index, since } = rolloutState(plan, session.config);
      const facts = await rolloutFacts(session, context.given, since ?? now, now);
      const criteria = phase === undefined ? [] : judge(phase.criteria, facts);
      const next = plan.phases[index + 1];
      const mayAdvance = next !== undefined && criteria.every(({ met }) => met);
      const value = {
        plan: path,
        phase: phase?.name ?? null,
        since: isoTime(since ?? null),
        criteria,
        next: next?.name ?? null,
        mayAdvance,
      };
      await context.output.result(value, () => [
        `Rollout  ${path}`,
        phase === undefined
          ? 'Phase    none yet'
          : `Phase    ${phase.name} (${index + 1} of ${plan.phases.length}), since ${moment(since!)}: ${phaseText(phase)}`,
        ...(next === undefined ? [] : [`Next     ${next.name}: ${phaseText(next)}`]),
        ...(criteria.length === 0
          ? []
          : [
              '',
              context.output.table(
                [{ title: '' }, { title: 'Criterion' }, { title: 'Wanted' }, { title: 'Found' }],
                criteria.map(({ criterion, wanted, found, met }) => [
                  met ? '✓' : '✗',
                  criterion,
                  wanted,
                  found,
                ]),
              ),
            ]),
        '',
        next === undefined
          ? 'This is the last phase.'
          : mayAdvance
            ? "It may go on: 'argon rollout advance'."
            : 'It may not go on yet.',
      ]);
    });
  },
};
