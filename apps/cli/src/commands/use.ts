import type { CommandDefinition } from '../cli/definition';
import { writeConfigFile } from '../config/config-file';
import { withSession } from '../store/session';
import { anyKnownBranch, knownProject } from '../store/target';
import { DEFAULT_BRANCH } from '@argon/engine';

export const use: CommandDefinition = {
  path: 'use',
  summary: 'choose the project and branch that commands mean when they name none',
  arguments: [{ name: '<project[~branch]>', description: 'shop, or shop~feature-x' }],
  examples: [
    ['argon use shop', 'project shop, branch main'],
    ['argon use shop~feature-x', 'project shop, branch feature-x'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const [name = '', ...rest] = context.given.required(0).split('~');
      const project = await knownProject(session, name);
      const branch = await anyKnownBranch(
        session,
        project,
        rest.length === 0 ? DEFAULT_BRANCH : rest.join('~'),
      );
      await writeConfigFile(session.config, { project, branch: branch.name });
      const value = { project, branch: branch.name, file: session.config.path };
      await context.output.result(value, () => [`In use: project ${project}, branch ${branch.name}`]);
    }),
};
