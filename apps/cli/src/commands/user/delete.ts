import { LogUsers } from '@argon/server';
import { confirm } from '../../cli/confirm';
import type { CommandDefinition } from '../../cli/definition';
import { YES } from '../../cli/options';
import { USER_DB, userName } from '../../cli/user-name';
import { withSession } from '../../store/session';

export const userDelete: CommandDefinition = {
  path: 'user delete',
  aliases: ['rm'],
  summary: 'take a user away',
  details: 'Whoever is connected as this user may do nothing more a second later.',
  arguments: [{ name: '<name>', description: 'the user' }],
  options: [USER_DB, YES],
  examples: [['argon user delete ann', '']],
  run: async (context) => {
    const name = userName(context.given);
    await withSession(context, async (session) => {
      await confirm(context, `delete user '${name.user}@${name.db}'`);
      await new LogUsers(session.engine).remove(name, session.actor);
    });
    await context.output.result(name, () => [`User deleted: ${name.user}@${name.db}`]);
  },
};
