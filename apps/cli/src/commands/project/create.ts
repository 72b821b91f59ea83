import type { CommandDefinition } from '../../cli/definition';
import { branchJson, branchLine } from '../../render/branch';
import { projectJson } from '../../render/project';
import { withSession } from '../../store/session';

export const projectCreate: CommandDefinition = {
  path: 'project create',
  summary: 'make a project and its branch main',
  arguments: [{ name: '<name>', description: 'as MongoDB names databases, without ~ and @' }],
  examples: [['argon project create shop', "a project, in MongoDB's words a database"]],
  run: async (context) =>
    withSession(context, async (session) => {
      const { branches, actor } = session;
      const { project, branch } = await branches.createProject(context.given.required(0), actor);
      const currentLsn = await branches.currentLsn();
      await context.output.result(
        { project: projectJson(project), branch: branchJson(branch), currentLsn },
        () => [`Project created: ${project.name}`, `  ${branchLine(branch)}`],
      );
    }),
};
