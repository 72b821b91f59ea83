import type { CommandDefinition } from '../../cli/definition';
import { moment } from '../../render/numbers';
import { projectJson } from '../../render/project';
import { withSession } from '../../store/session';

export const projectList: CommandDefinition = {
  path: 'project list',
  aliases: ['ls'],
  summary: 'list the projects',
  examples: [
    ['argon project list', 'the one in use is marked *'],
    ['argon project list --json', '{"projects": [{"name", "branches", …}], "inUse"}'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { branches, config } = session;
      const inUse = config.settings.project ?? null;
      const projects = await Promise.all(
        (await session.projects()).map(async (project) => ({
          project,
          branches: (await branches.list(project.name)).length,
        })),
      );
      const value = {
        projects: projects.map((each) => ({ ...projectJson(each.project), branches: each.branches })),
        inUse,
      };
      await context.output.result(value, () =>
        projects.length === 0
          ? ["No projects yet. Make one with 'argon project create NAME'."]
          : [
              context.output.table(
                [
                  { title: '' },
                  { title: 'Project' },
                  { title: 'Branches', align: 'right' },
                  { title: 'Created' },
                ],
                projects.map((each) => [
                  each.project.name === inUse ? '*' : ' ',
                  each.project.name,
                  String(each.branches),
                  each.project.createdAt === null ? '' : moment(each.project.createdAt),
                ]),
              ),
            ],
      );
    }),
};
