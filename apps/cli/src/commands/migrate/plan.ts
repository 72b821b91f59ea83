import type { CommandDefinition } from '../../cli/definition';
import { NOTHING_LEFT, tellPlan } from '../../migration/plan-report';
import { migrationOf, noBranches } from '../../migration/service';
import { withSession } from '../../store/session';

export const migratePlan: CommandDefinition = {
  path: 'migrate plan',
  summary: 'what moving branches of the legacy database into the log takes; changes nothing',
  details:
    'Sizes, the time it takes about, what the log cannot have and would be left out, and whether flags let it be done. Parents come ' +
    'first: what was copied from them becomes their child, and only the differences are written.',
  arguments: [{ name: '[branch...]', description: 'the branches (default: all that are not in the log)' }],
  examples: [
    ['argon migrate plan', ''],
    [
      'argon migrate plan --json',
      '{"branches": [{"branch", "phase", "allowed", "collections", "documents", "bytes", "seconds", "notes"}]}',
    ],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const names = context.given.rest(0);
      const migration = await migrationOf(session);
      const plans = await migration.plan(names.length === 0 ? undefined : names);
      const isEmpty = (await migration.status()).length === 0;
      await tellPlan(context, plans, isEmpty ? noBranches(session) : NOTHING_LEFT);
    }),
};
