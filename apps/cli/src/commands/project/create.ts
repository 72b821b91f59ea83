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
      const name = context.given.required(0);
      const { project, branch } = await branches.createProject(name, actor);
      const currentLsn = await session.log.currentLsn();
      await context.output.result(
        {
          project: projectJson(project ?? { id: null, name, createdAt: null }),
          branch: branchJson(branch),
          currentLsn,
        },
        () => [`Project created: ${name}`, `  ${branchLine(branch)}`],
      );
    }),
};
