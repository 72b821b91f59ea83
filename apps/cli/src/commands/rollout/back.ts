import type { CommandDefinition } from '../../cli/definition';
import { YES } from '../../cli/options';
import { currentConfig } from '../../config/current';
import { UsageError } from '../../errors/errors';
import { changePhase } from '../../rollout/change-phase';
import { PLAN } from '../../rollout/options';
import { rolloutPlan } from '../../rollout/plan-file';
import { rolloutState } from '../../rollout/state';

export const rolloutBack: CommandDefinition = {
  path: 'rollout back',
  summary: 'go back to the phase before; from the first one, turn the log off',
  details:
    'Branches that are in the log stay there, unless it is turned off: then they go back to prefixed collections, with what was ' +
    'written meanwhile.',
  options: [PLAN, YES],
  examples: [['argon rollout back --yes', 'without asking']],
  run: async (context) => {
    const { plan } = await rolloutPlan(context);
    const file = await currentConfig(context);
    const { index } = rolloutState(plan, file);
    if (index < 0) throw new UsageError('The rollout has not begun.');
    const before = plan.phases[index - 1];
    const action = before === undefined ? 'turn the log off' : `go back to phase '${before.name}'`;
    await changePhase(context, file, before, action);
  },
};
