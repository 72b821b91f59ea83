import { LogUsers } from '@argon/server';
import type { CommandDefinition } from '../../cli/definition';
import { roleText } from '../../cli/roles';
import { withSession } from '../../store/session';

export const userList: CommandDefinition = {
  path: 'user list',
  aliases: ['ls'],
  summary: 'list who may log in at `argon serve --auth`',
  examples: [
    ['argon user list', ''],
    ['argon user list --json', '{"users": [{"user", "db", "roles": [{"role", "db"}]}]}'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { output } = context;
      const users = (await new LogUsers(session.engine).list()).map(({ user, db, roles }) => ({
        user,
        db,
        roles,
      }));
      await output.result({ users }, () =>
        users.length === 0
          ? ['No users. argon user create NAME makes one.']
          : [
              output.table(
                [{ title: 'User' }, { title: 'Logs in at' }, { title: 'Roles' }],
                users.map(({ user, db, roles }) => [user, db, roles.map(roleText).join(', ')]),
              ),
            ],
      );
    }),
};
