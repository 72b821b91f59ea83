import type { AnyBranch } from '@argon/branch/dual';
import { confirm } from '../../cli/confirm';
import type { CommandDefinition } from '../../cli/definition';
import { PROJECT, YES } from '../../cli/options';
import { writeConfigFile } from '../../config/config-file';
import { withSession } from '../../store/session';
import { anyKnownBranch, targetProject } from '../../store/target';

export const branchDelete: CommandDefinition = {
  path: 'branch delete',
  aliases: ['rm'],
  summary: 'delete a branch: the pointer, not the entries; of a traditional one its collections',
  details:
    'Branches forked from it go on working. Its name is free again. What it held stays in the log. Asks if it has commits ' +
    'of its own.',
  arguments: [{ name: '<name>', description: 'the branch' }],
  options: [PROJECT, YES],
  examples: [['argon branch delete feature-x --yes', 'without asking']],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const { branches, actor, config } = session;
      const project = await targetProject(session, given);
      const branch = await anyKnownBranch(session, project, given.required(0));
      const { name } = branch;
      const own = ownOf(branch);
      // Of one that is protected, or holds nothing of its own, there is nothing to ask.
      if (!branch.protected && own !== undefined)
        await confirm(context, `delete branch '${name}' with ${own}`);
      await branches.delete(project, name, actor);
      if (config.settings.branch === name && (config.settings.project ?? project) === project) {
        await writeConfigFile(config, { branch: undefined });
      }
      const currentLsn = await session.log.currentLsn();
      await output.result({ deleted: name, project, currentLsn }, () => [
        `Branch deleted: ${name}`,
        `Current LSN: ${currentLsn}`,
      ]);
    }),
};

/** What would be out of reach, or gone, without the branch; undefined: nothing. */
function ownOf(branch: AnyBranch): string | undefined {
  if (branch.type === 'traditional') return 'its collections, which are gone for good then';
  return branch.headLsn > branch.baseLsn ? `its own commits up to LSN ${branch.headLsn}` : undefined;
}
