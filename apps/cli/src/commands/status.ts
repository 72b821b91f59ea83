import type { AnyBranch } from '@argon/branch/dual';
import type { CommandContext } from '../cli/context';
import type { CommandDefinition } from '../cli/definition';
import { BRANCH, PROJECT } from '../cli/options';
import { ProjectNotChosenError } from '../errors/errors';
import { collectionsOf } from '../query/collections';
import { branchJson, branchLine } from '../render/branch';
import { collectionJson, collectionTable } from '../render/collections';
import { byteSize, counted } from '../render/numbers';
import { withSession, type Session } from '../store/session';
import { anyTarget, type Target } from '../store/target';

export const status: CommandDefinition = {
  path: 'status',
  summary: 'show the store, the project and branch in use, and what the branch holds',
  options: [PROJECT, BRANCH],
  examples: [
    ['argon status', ''],
    ['argon status --json', '{"store", "currentLsn", "project", "branch", "collections", …}'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const on = await targetIfAny(session, context);
      const projects = await session.projects();
      const branches = on === undefined ? 0 : (await session.branches.list(on.project)).length;
      const collections = on === undefined ? [] : await collectionsOf(session, on);
      const size = await session.store.size();
      const currentLsn = await session.log.currentLsn();
      const { location, kind } = session.store;
      const legacy = session.dual?.location;
      const value = {
        store: { location, kind, size, foundBy: session.address.from },
        legacy: legacy ?? null,
        currentLsn,
        projects: projects.map(({ name }) => name),
        project: on?.project ?? null,
        branch: on === undefined ? null : branchJson(on.branch),
        branches,
        collections: collections.map(collectionJson),
      };
      await context.output.result(value, () => {
        const lines = [
          `Store        ${location}${size > 0 ? ` (${byteSize(size)})` : ''}`,
          ...(legacy === undefined ? [] : [`Legacy       ${legacy}`]),
          `Current LSN  ${currentLsn}`,
        ];
        if (on === undefined) {
          const names = projects.map(({ name }) => name).join(', ');
          lines.push(
            projects.length === 0
              ? "Projects     none; make one with 'argon project create NAME'"
              : `Projects     ${names}; choose one with 'argon use PROJECT'`,
          );
          return lines;
        }
        lines.push(
          `Project      ${on.project}${projects.length > 1 ? ` (one of ${projects.length})` : ''}`,
          `Branch       ${branchLine(on.branch)}${branches > 1 ? `, one of ${counted(branches, 'branch', 'branches')}` : ''}`,
          '',
          collectionTable(collections, context.output),
        );
        return lines;
      });
    }),
};

/** Nothing chosen is nothing wrong here, unless something was asked for by name. */
async function targetIfAny(
  session: Session,
  { given }: CommandContext,
): Promise<Target<AnyBranch> | undefined> {
  try {
    return await anyTarget(session, given);
  } catch (error) {
    if (error instanceof ProjectNotChosenError && given.text('branch') === undefined) return undefined;
    throw error;
  }
}
