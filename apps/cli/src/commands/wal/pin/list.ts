import { retentionOf } from '@argon/wal';
import type { CommandDefinition } from '../../../cli/definition';
import { PROJECT } from '../../../cli/options';
import { withSession } from '../../../store/session';
import { namedOrAll, targetProject } from '../../../store/target';

export const walPinList: CommandDefinition = {
  path: 'wal pin list',
  aliases: ['ls'],
  summary: "list the pins of a project's branches",
  options: [
    PROJECT,
    { flags: '-b, --branch <name>', description: 'only of this branch (default: all of the project)' },
  ],
  examples: [
    ['argon wal pin list', ''],
    ['argon wal pins list --json', '{"project", "pins": [{"name", "branch", "lsn"}]}'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const project = await targetProject(session, given);
      const branches = await namedOrAll(session, project, given);
      const pins = branches.flatMap((branch) =>
        retentionOf(branch).pins.map(({ name, lsn }) => ({ name, branch: branch.name, lsn })),
      );
      await output.result({ project, pins }, () =>
        pins.length === 0
          ? ['No pins. argon wal pin create NAME makes one.']
          : [
              output.table(
                [{ title: 'Pin' }, { title: 'Branch' }, { title: 'LSN', align: 'right' }],
                pins.map(({ name, branch, lsn }) => [name, branch, String(lsn)]),
              ),
            ],
      );
    }),
};
