import type { CommandDefinition } from '../../cli/definition';
import { PROJECT } from '../../cli/options';
import { branchFlags, branchJson, typeMark } from '../../render/branch';
import { moment } from '../../render/numbers';
import { withSession } from '../../store/session';
import { branchInUse, targetProject } from '../../store/target';

export const branchList: CommandDefinition = {
  path: 'branch list',
  aliases: ['ls'],
  summary: "list a project's branches",
  options: [PROJECT, { flags: '--show-type', description: 'mark each [WAL] or [Traditional]' }],
  examples: [
    ['argon branch list', 'the one in use is marked *'],
    ['argon branches list --show-type', 'in the log, or prefixed collections'],
    [
      'argon branches list --json',
      '{"project", "branches": [{"type", "name", "headLsn", …}], "inUse", "currentLsn"}',
    ],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const project = await targetProject(session, context.given);
      const branches = await session.branches.list(project);
      const currentLsn = await session.log.currentLsn();
      const showType = context.given.flag('showType');
      const inUse = branchInUse(session, project);
      const value = { project, branches: branches.map(branchJson), inUse, currentLsn };
      await context.output.result(value, () => [
        context.output.table(
          [
            { title: '' },
            { title: 'Branch' },
            ...(showType ? [{ title: 'Type' }] : []),
            { title: 'Head LSN', align: 'right' },
            { title: 'Base LSN', align: 'right' },
            { title: 'From' },
            { title: 'Last change' },
            { title: '' },
          ],
          branches.map((branch) => [
            branch.name === inUse ? '*' : ' ',
            branch.name,
            ...(showType ? [typeMark(branch)] : []),
            ...(branch.type === 'wal' ? [String(branch.headLsn), String(branch.baseLsn)] : ['', '']),
            branch.parent ?? '',
            branch.type === 'wal' ? moment(branch.headAt) : '',
            branchFlags(branch),
          ]),
        ),
      ]);
    }),
};
