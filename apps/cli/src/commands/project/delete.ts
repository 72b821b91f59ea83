import type { CommandDefinition } from '../../cli/definition';
import { confirm } from '../../cli/confirm';
import { YES } from '../../cli/options';
import { writeConfigFile } from '../../config/config-file';
import { counted } from '../../render/numbers';
import { withSession } from '../../store/session';
import { knownProject } from '../../store/target';

export const projectDelete: CommandDefinition = {
  path: 'project delete',
  aliases: ['rm'],
  summary: 'delete a project and all of its branches',
  details: 'Its name is free again. Its entries stay in the log.',
  arguments: [{ name: '<name>', description: 'the project' }],
  options: [YES],
  examples: [['argon project delete shop --yes', 'without asking']],
  run: async (context) =>
    withSession(context, async (session) => {
      const { branches, actor, config } = session;
      const project = await knownProject(session, context.given.required(0));
      const all = await branches.list(project);
      await confirm(context, `delete project '${project}' with ${counted(all.length, 'branch', 'branches')}`);
      await branches.deleteProject(project, actor);
      if (config.settings.project === project) {
        await writeConfigFile(config, { project: undefined, branch: undefined });
      }
      const currentLsn = await session.log.currentLsn();
      await context.output.result(
        { deleted: project, branches: all.map(({ name }) => name), currentLsn },
        () => [`Project deleted: ${project}`, `Current LSN: ${currentLsn}`],
      );
    }),
};
