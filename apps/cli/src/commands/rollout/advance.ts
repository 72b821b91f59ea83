import type { CommandDefinition } from '../../cli/definition';
import { PROJECT, YES } from '../../cli/options';
import { UsageError } from '../../errors/errors';
import { changePhase } from '../../rollout/change-phase';
import { RolloutNotReadyError } from '../../rollout/errors';
import { rolloutFacts } from '../../rollout/facts';
import { PLAN } from '../../rollout/options';
import { rolloutPlan } from '../../rollout/plan-file';
import { rolloutState } from '../../rollout/state';
import { withSession } from '../../store/session';

export const rolloutAdvance: CommandDefinition = {
  path: 'rollout advance',
  summary: 'go on to the next phase of the rollout, if its criteria are met',
  details: 'Changes the settings wal.* of this store’s configuration, and nothing else.',
  options: [PROJECT, PLAN, YES, { flags: '--force', description: 'even if criteria are not met' }],
  examples: [['argon rollout advance', 'asks first']],
  run: async (context) => {
    const { given } = context;
    const { plan } = await rolloutPlan(context);
    const { judge } = await import('@argon/branch/rollout');
    await withSession(context, async (session) => {
      const { phase, index, since } = rolloutState(plan, session.config);
      const next = plan.phases[index + 1];
      if (next === undefined) throw new UsageError(`'${phase!.name}' is the last phase of the rollout.`);
      if (phase !== undefined && !given.flag('force')) {
        const facts = await rolloutFacts(session, given, since!, Date.now());
        const unmet = judge(phase.criteria, facts).filter(({ met }) => !met);
        if (unmet.length > 0) throw new RolloutNotReadyError(phase.name, unmet);
      }
      await changePhase(context, session.config, next, `go on to phase '${next.name}'`);
    });
  },
};
