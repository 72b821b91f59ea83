import { confirm } from '../../cli/confirm';
import type { CommandDefinition } from '../../cli/definition';
import { YES } from '../../cli/options';
import { NOTHING_LEFT, tellPlan } from '../../migration/plan-report';
import { migrationOf } from '../../migration/service';
import { branchesMeant, turnBranches, TURN_OPTIONS } from '../../migration/turn-branches';
import { counted } from '../../render/numbers';
import { withSession } from '../../store/session';

export const migrateRun: CommandDefinition = {
  path: 'migrate run',
  summary: 'move branches into the log, while programs go on working on them',
  details:
    'Copies each branch, follows what is written meanwhile, compares every document of both sides, and has the log serve the branch: ' +
    'writes wait about a second then, and none fails. Stopped or killed at any point, it is run again and goes on. The ' +
    "prefixed collections stay as they are ('argon migrate rollback', 'argon migrate finish').",
  arguments: [{ name: '[branch...]', description: 'the branches' }],
  options: [
    ...TURN_OPTIONS,
    { flags: '--dry-run', description: "only show what there is to do, as 'argon migrate plan' does" },
    { flags: '--anew', description: 'compare what was copied before from end to end, and mend it' },
    {
      flags: '--ignore-shadow-reads',
      description: "even if both sides answered reads differently ('argon migrate shadow-reads')",
    },
    YES,
  ],
  examples: [
    ['argon migrate run main', 'asks first'],
    ['argon migrate run --all --yes', 'every branch, parents first'],
    ['argon migrate run main --yes --json', '{"branches": [{"branch", "turned", "verified", "seconds"}]}'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { output, given } = context;
      const migration = await migrationOf(session);
      const all = await migration.status();
      const meant = branchesMeant(
        context,
        all.filter(({ phase }) => phase !== 'turned').map(({ branch }) => branch),
      );
      // Names that do not exist are told of before anything is done.
      const plans = await migration.plan(meant);
      if (meant.length === 0 || given.flag('dryRun')) return tellPlan(context, plans, NOTHING_LEFT);
      const ordered = all.filter(({ branch }) => meant.includes(branch)).map(({ branch }) => branch);
      if (!given.flag('yes')) {
        for (const { branch, documents, notes } of plans) {
          await output.note(`${branch}: ${counted(documents, 'document')}`);
          for (const note of notes) await output.note(`  ${note}`);
        }
      }
      await confirm(context, `move ${counted(meant.length, 'branch', 'branches')} into the log`);
      const branches = ordered.map((name) => ({
        name,
        documents: plans.find((plan) => plan.branch === name)?.documents,
      }));
      await turnBranches(context, branches, 'in the log', (branch, options) =>
        migration.migrate(branch, session.actor, options),
      );
    }),
};
