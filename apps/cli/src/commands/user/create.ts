import { credentialsOf, LogUsers, newUserId } from '@argon/server';
import type { CommandDefinition } from '../../cli/definition';
import { PASSWORD_FILE, readPassword } from '../../cli/password';
import { ROLES, rolesOf, roleText } from '../../cli/roles';
import { USER_DB, userName } from '../../cli/user-name';
import { withSession } from '../../store/session';

export const userCreate: CommandDefinition = {
  path: 'user create',
  summary: 'let somebody log in at `argon serve --auth`',
  details: 'Users are kept in the store. Without --role the user may do everything (root).',
  arguments: [{ name: '<name>', description: 'the name to log in with' }],
  options: [USER_DB, ROLES, PASSWORD_FILE],
  examples: [
    ['argon user create ann', 'asks for a password; ann may do everything'],
    ['argon user create ci --role readWrite@shop --password-file ci.secret', 'on all branches of shop'],
  ],
  run: async (context) => {
    const { given, output } = context;
    const name = userName(given);
    const roles = rolesOf(given) ?? [{ role: 'root', db: 'admin' }];
    const credentials = await credentialsOf(await readPassword(context));
    await withSession(context, async (session) => {
      await new LogUsers(session.engine).add(
        { ...name, userId: newUserId(), credentials, roles },
        session.actor,
      );
    });
    await output.result({ ...name, roles }, () => [
      `User created: ${name.user}@${name.db} (${roles.map(roleText).join(', ')})`,
    ]);
  },
};
