import { MergeService, RebaseService } from '@argon/branch';
import type { CommandDefinition } from '../cli/definition';
import { PROJECT, YES } from '../cli/options';
import { INTERACTIVE } from '../merge/asked';
import { carryOut } from '../merge/carry-out';
import { STRATEGY, strategyOf } from '../merge/strategy';
import { withSession } from '../store/session';
import { meantBranch, targetProject } from '../store/target';

export const rebase: CommandDefinition = {
  path: 'rebase',
  aliases: ['sync'],
  summary: "bring a branch onto its parent's head",
  details:
    "The branch gets what its parent has by now, and keeps its own changes on top, as one commit. Afterwards 'argon diff' with " +
    'the parent shows only those, and merging it back brings only those. Where both changed the same field, nothing is ' +
    'written until somebody says whose value stands: ours is the branch, theirs the parent.',
  arguments: [{ name: '[branch]', description: 'the branch (default: the one in use)' }],
  options: [
    PROJECT,
    { flags: '--dry-run', description: 'only show what would change, and the conflicts' },
    ...STRATEGY,
    INTERACTIVE,
    YES,
  ],
  examples: [
    ['argon rebase feature-x --dry-run', 'what would it get?'],
    ['argon rebase feature-x --yes', 'do it, unless there are conflicts'],
    ['argon rebase feature-x --strategy ours', 'in conflicts, keep what feature-x has'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given } = context;
      const project = await targetProject(session, given);
      const branch = (await meantBranch(session, project, given.at(0))).name;
      const rebases = new RebaseService(session.engine);
      const request = await rebases.mergeOf({ project, branch, decider: strategyOf(given) });
      await carryOut(context, session, new MergeService(session.engine), request);
    }),
};
