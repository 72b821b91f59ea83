import { confirm } from '../../cli/confirm';
import type { CommandDefinition } from '../../cli/definition';
import { YES } from '../../cli/options';
import { migrationOf } from '../../migration/service';
import { branchesMeant, turnBranches, TURN_OPTIONS } from '../../migration/turn-branches';
import { counted } from '../../render/numbers';
import { withSession } from '../../store/session';

export const migrateRollback: CommandDefinition = {
  path: 'migrate rollback',
  summary: 'have prefixed collections serve branches again, with all that was written since',
  details:
    'Writes what the log holds to the prefixed collections, compares every document of both sides, and only then has those serve ' +
    'the branch. The log keeps what it has; migrated again, only what differs is written.',
  arguments: [{ name: '[branch...]', description: 'the branches' }],
  options: [...TURN_OPTIONS, YES],
  examples: [
    ['argon migrate rollback main', 'asks first'],
    ['argon migrate rollback --all --yes', 'every branch that was moved'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const migration = await migrationOf(session);
      const turned = (await migration.status()).filter(({ phase }) => phase === 'turned');
      const meant = branchesMeant(
        context,
        turned.map(({ branch }) => branch),
      );
      if (meant.length === 0) {
        const none = 'No branch of the legacy database is served by the log.';
        await context.output.result({ branches: [] }, () => [none]);
        return;
      }
      await confirm(
        context,
        `have prefixed collections serve ${counted(meant.length, 'branch', 'branches')} again`,
      );
      const branches = meant.map((name) => ({ name, documents: undefined }));
      await turnBranches(context, branches, 'served by prefixed collections', (branch, options) =>
        migration.rollBack(branch, session.actor, options),
      );
    }),
};
