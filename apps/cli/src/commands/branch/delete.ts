import type { CommandDefinition } from '../../cli/definition';
import { PROJECT } from '../../cli/options';
import { writeConfigFile } from '../../config/config-file';
import { withSession } from '../../store/session';
import { knownBranch, targetProject } from '../../store/target';

export const branchDelete: CommandDefinition = {
  path: 'branch delete',
  aliases: ['rm'],
  summary: 'delete a branch: the pointer, not the entries',
  details: 'Branches forked from it go on working. Its name is free again. What it held stays in the log.',
  arguments: [{ name: '<name>', description: 'the branch' }],
  options: [PROJECT],
  examples: [['argon branch delete feature-x', '']],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const { branches, actor, config } = session;
      const project = await targetProject(session, given);
      const { name } = await knownBranch(session, project, given.required(0));
      await branches.delete(project, name, actor);
      if (config.settings.branch === name && (config.settings.project ?? project) === project) {
        await writeConfigFile(config, { branch: undefined });
      }
      const currentLsn = await branches.currentLsn();
      await output.result({ deleted: name, project, currentLsn }, () => [
        `Branch deleted: ${name}`,
        `Current LSN: ${currentLsn}`,
      ]);
    }),
};
