import { confirm } from '../../cli/confirm';
import type { CommandDefinition } from '../../cli/definition';
import { YES } from '../../cli/options';
import { migrationOf } from '../../migration/service';
import { withSession } from '../../store/session';

export const migrateFinish: CommandDefinition = {
  path: 'migrate finish',
  summary: 'drop the prefixed collections of a branch that the log serves',
  details:
    "They are gone for good then. What the log holds can still be written out anew ('argon checkout').",
  arguments: [{ name: '<branch>', description: 'the branch' }],
  options: [YES],
  examples: [['argon migrate finish feature', 'asks first']],
  run: async (context) =>
    withSession(context, async (session) => {
      const { output, given } = context;
      const branch = given.required(0);
      const migration = await migrationOf(session);
      await confirm(context, `drop the prefixed collections of branch '${branch}' for good`);
      await migration.finish(branch);
      await output.result({ finished: branch }, () => [`Finished: ${branch} is in the log alone`]);
    }),
};
