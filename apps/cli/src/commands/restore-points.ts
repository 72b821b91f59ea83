import { RestoreService } from '@argon/branch';
import type { CommandDefinition } from '../cli/definition';
import { PROJECT } from '../cli/options';
import { isoTime, moment } from '../render/numbers';
import { withSession } from '../store/session';
import { namedOrAll, targetProject } from '../store/target';

export const restorePoints: CommandDefinition = {
  path: 'restore-points',
  summary: 'list what restores have left to go back to',
  details:
    'The newest of a branch is the one that argon undo --last-restore goes back to, and takes away. A restore point keeps ' +
    'its moment readable, whatever is compacted; argon tag NAME --delete removes it.',
  options: [
    PROJECT,
    { flags: '-b, --branch <name>', description: 'only of this branch (default: all of the project)' },
  ],
  examples: [
    ['argon restore-points --branch main', ''],
    ['argon restore-points --json', '{"project", "restorePoints": [{"name", "branch", "lsn", "at"}]}'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const project = await targetProject(session, given);
      const branches = await namedOrAll(session, project, given);
      const restores = new RestoreService(session.engine);
      const points = (
        await Promise.all(branches.map(({ name }) => restores.restorePoints(project, name)))
      ).flat();
      const json = points.map(({ name, branch, lsn, at }) => ({ name, branch, lsn, at: isoTime(at) }));
      await output.result({ project, restorePoints: json }, () =>
        points.length === 0
          ? ['No restore points. argon restore makes one.']
          : [
              output.table(
                [
                  { title: 'Restore point' },
                  { title: 'Branch' },
                  { title: 'LSN', align: 'right' },
                  { title: 'Written' },
                ],
                points.map(({ name, branch, lsn, at }) => [name, branch, String(lsn), moment(at)]),
              ),
            ],
      );
    }),
};
