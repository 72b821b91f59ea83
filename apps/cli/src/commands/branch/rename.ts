import type { CommandDefinition } from '../../cli/definition';
import { PROJECT } from '../../cli/options';
import { writeConfigFile } from '../../config/config-file';
import { branchJson } from '../../render/branch';
import { withSession } from '../../store/session';
import { branchInUse, anyKnownBranch, targetProject } from '../../store/target';

export const branchRename: CommandDefinition = {
  path: 'branch rename',
  aliases: ['mv'],
  summary: 'give a branch another name',
  arguments: [
    { name: '<name>', description: 'the branch' },
    { name: '<new-name>', description: 'letters, digits, - and _' },
  ],
  options: [PROJECT],
  examples: [['argon branch rename feature-x prices', '']],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const { branches, actor, config } = session;
      const project = await targetProject(session, given);
      const name = given.required(0);
      await anyKnownBranch(session, project, name);
      const wasInUse = config.settings.branch === name && branchInUse(session, project) === name;
      const branch = await branches.rename(project, name, given.required(1), actor);
      if (wasInUse) await writeConfigFile(config, { branch: branch.name });
      const currentLsn = await session.log.currentLsn();
      await output.result({ branch: branchJson(branch), from: name, currentLsn }, () => [
        `Branch renamed: ${name} is ${branch.name} now`,
        `Current LSN: ${currentLsn}`,
      ]);
    }),
};
