import type { BranchInfo } from '@argon/branch';
import type { CommandDefinition } from '../../cli/definition';
import { PROJECT } from '../../cli/options';
import { branchJson } from '../../render/branch';
import { moment } from '../../render/numbers';
import { withSession } from '../../store/session';
import { branchInUse, targetProject } from '../../store/target';

export const branchList: CommandDefinition = {
  path: 'branch list',
  aliases: ['ls'],
  summary: "list a project's branches",
  options: [PROJECT],
  examples: [
    ['argon branch list', 'the one in use is marked *'],
    [
      'argon branches list --json',
      '{"project", "branches": [{"name", "headLsn", …}], "inUse", "currentLsn"}',
    ],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const project = await targetProject(session, context.given);
      const branches = await session.branches.list(project);
      const currentLsn = await session.branches.currentLsn();
      const inUse = branchInUse(session, project);
      const value = { project, branches: branches.map(branchJson), inUse, currentLsn };
      await context.output.result(value, () => [
        context.output.table(
          [
            { title: '' },
            { title: 'Branch' },
            { title: 'Head LSN', align: 'right' },
            { title: 'Base LSN', align: 'right' },
            { title: 'From' },
            { title: 'Last change' },
            { title: '' },
          ],
          branches.map((branch) => [
            branch.name === inUse ? '*' : ' ',
            branch.name,
            String(branch.headLsn),
            String(branch.baseLsn),
            branch.parent ?? '',
            moment(branch.headAt),
            flags(branch),
          ]),
        ),
      ]);
    }),
};

function flags(branch: BranchInfo): string {
  const words: string[] = [];
  if (branch.protected) words.push('protected');
  if (branch.expiresAt !== null) words.push(`expires ${moment(branch.expiresAt)}`);
  return words.join(', ');
}
