import type { AnyBranch } from '@argon/branch/dual';
import type { CommandDefinition } from '../../cli/definition';
import { PROJECT } from '../../cli/options';
import { collectionsOf } from '../../query/collections';
import { branchJson, branchLine } from '../../render/branch';
import { collectionJson, collectionTable } from '../../render/collections';
import { moment } from '../../render/numbers';
import { withSession } from '../../store/session';
import { anyMeantBranch, targetProject } from '../../store/target';

export const branchInfo: CommandDefinition = {
  path: 'branch info',
  summary: 'show a branch: where it comes from, where it is, what it holds',
  arguments: [{ name: '[name]', description: 'the branch (default: the one in use, or main)' }],
  options: [PROJECT],
  examples: [
    ['argon branch info feature-x', 'one branch'],
    ['argon branch info --json', '{"branch": {…}, "collections": [{"name", "documents", …}]}'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const project = await targetProject(session, context.given);
      const branch = await anyMeantBranch(session, project, context.given.at(0));
      const collections = await collectionsOf(session, { project, branch });
      const value = { branch: branchJson(branch), collections: collections.map(collectionJson) };
      await context.output.result(value, () => {
        const lines = [branchLine(branch), `  project      ${branch.project}`, ...originLines(branch)];
        if (branch.protected) lines.push('  protected    yes');
        if (branch.expiresAt !== null) lines.push(`  expires      ${moment(branch.expiresAt)}`);
        if (branch.type === 'wal') {
          for (const { to, lsn } of branch.resets) lines.push(`  reset        to LSN ${to}, by LSN ${lsn}`);
        }
        return [...lines, '', collectionTable(collections, context.output)];
      });
    }),
};

function originLines(branch: AnyBranch): readonly string[] {
  if (branch.type === 'traditional') {
    const created = branch.createdAt === null ? 'nobody knows' : moment(branch.createdAt);
    return [`  copied from  ${branch.parent ?? '(the first branch)'}`, `  created      ${created}`];
  }
  const { user } = branch.createdBy;
  return [
    `  from         ${branch.parent === null ? '(the first branch)' : `${branch.parent} at LSN ${branch.baseLsn}`}`,
    `  created      ${moment(branch.createdAt)}${user === '' ? '' : ` by ${user}`}`,
    `  last change  ${moment(branch.headAt)}`,
  ];
}
