import { credentialsOf, LogUsers } from '@argon/server';
import type { CommandDefinition } from '../../cli/definition';
import { PASSWORD_FILE, readPassword } from '../../cli/password';
import { ROLES, rolesOf } from '../../cli/roles';
import { USER_DB, userName } from '../../cli/user-name';
import { withSession } from '../../store/session';

export const userUpdate: CommandDefinition = {
  path: 'user update',
  summary: "change a user's roles or password",
  details: 'With --role the roles are these and no others. Without it, a new password is asked for.',
  arguments: [{ name: '<name>', description: 'the user' }],
  options: [USER_DB, ROLES, PASSWORD_FILE],
  examples: [
    ['argon user update ann', 'asks for a new password'],
    ['argon user update ann --role read@shop', 'the password stays'],
  ],
  run: async (context) => {
    const { given } = context;
    const name = userName(given);
    const roles = rolesOf(given);
    const isNewPassword = roles === undefined || given.text('passwordFile') !== undefined;
    const credentials = isNewPassword ? await credentialsOf(await readPassword(context)) : undefined;
    await withSession(context, async (session) => {
      await new LogUsers(session.engine).change(
        name,
        (user) => ({ ...user, ...(roles && { roles }), ...(credentials && { credentials }) }),
        session.actor,
      );
    });
    const changed = { roles: roles !== undefined, password: isNewPassword };
    await context.output.result({ ...name, changed }, () => [`User changed: ${name.user}@${name.db}`]);
  },
};
