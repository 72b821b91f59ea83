import type { CommandDefinition } from '../../cli/definition';
import { count } from '../../render/numbers';
import { migrationOf, noBranches } from '../../migration/service';
import { withSession } from '../../store/session';

const PHASES = {
  traditional: 'prefixed collections',
  copied: 'prefixed collections; copied in part or whole',
  turned: 'in the log; prefixed collections are kept',
} as const;

export const migrateStatus: CommandDefinition = {
  path: 'migrate status',
  summary: 'how far each branch of the legacy database is',
  examples: [
    ['argon migrate status', ''],
    ['argon migrate status --json', '{"branches": [{"branch", "parent", "phase", "copied"}]}'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const branches = await (await migrationOf(session)).status();
      const value = {
        branches: branches.map(({ copied, ...rest }) => ({ ...rest, copied: copied ?? null })),
      };
      const table = () =>
        context.output.table(
          [{ title: 'Branch' }, { title: 'From' }, { title: 'State' }, { title: 'Copied', align: 'right' }],
          branches.map(({ branch, parent, phase, copied }) => [
            branch,
            parent ?? '',
            PHASES[phase],
            copied === undefined ? '' : count(copied),
          ]),
        );
      await context.output.result(value, () => [branches.length === 0 ? noBranches(session) : table()]);
    }),
};
