import type { CommandDefinition } from '../../cli/definition';
import { PROJECT } from '../../cli/options';
import { branchJson } from '../../render/branch';
import { withSession } from '../../store/session';
import { anyKnownBranch, targetProject } from '../../store/target';

export const branchProtect: CommandDefinition = {
  path: 'branch protect',
  summary: 'protect a branch from reset and deletion, or lift that',
  arguments: [{ name: '<name>', description: 'the branch' }],
  options: [PROJECT, { flags: '--off', description: 'lift the protection' }],
  examples: [
    ['argon branch protect main', ''],
    ['argon branch protect main --off', 'lift it'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const project = await targetProject(session, given);
      const { name } = await anyKnownBranch(session, project, given.required(0));
      const branch = await session.branches.protect(project, name, !given.flag('off'), session.actor);
      const currentLsn = await session.log.currentLsn();
      await output.result({ branch: branchJson(branch), currentLsn }, () => [
        branch.protected ? `Branch protected: ${name}` : `Branch no longer protected: ${name}`,
        `Current LSN: ${currentLsn}`,
      ]);
    }),
};
