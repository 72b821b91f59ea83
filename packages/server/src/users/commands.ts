import { Binary, type Doc, type Value } from '@argon/bson';
import { CommandDefinition, CommandError, okReply, type Operation } from '@argon/engine';
import { checkRole, rolesOn } from '../access/roles';
import { credentialsOf } from '../auth/credentials';
import { MECHANISM, sourceOf } from '../auth/logins';
import { UserExistsError, UserNotFoundError } from './errors';
import type { LogUsers } from './log-users';
import type { GrantedRole, User, UserName } from './user';
import { newUserId } from './user-id';

const WRITTEN = ['writeConcern', 'digestPassword', 'mechanisms', 'authenticationRestrictions', 'customData'];

/** The commands by which users are made and changed, as mongod has them. */
export function userCommands(users: LogUsers): readonly CommandDefinition[] {
  return [
    new CommandDefinition({
      name: 'createUser',
      help: 'Makes a user.',
      fields: ['pwd', 'roles', ...WRITTEN],
      run: async (operation) => {
        const name = nameOf(operation);
        refuseUnsupported(operation);
        const password = operation.optionalString('pwd');
        const roles = rolesOf(operation, 'roles', true)!;
        if (name.user === '') throw bad("User document needs 'user' field to be non-empty");
        if (password === undefined || password === '') {
          throw bad(
            "Must provide a 'pwd' field for all user documents, except those with '$external' as the user's source db",
          );
        }
        const credentials = await credentialsOf(password);
        await told(users.add({ ...name, userId: newUserId(), credentials, roles }, operation.context.actor));
        return okReply();
      },
    }),
    new CommandDefinition({
      name: 'updateUser',
      help: 'Changes a password or roles.',
      fields: ['pwd', 'roles', ...WRITTEN],
      run: async (operation) => {
        const name = nameOf(operation);
        refuseUnsupported(operation);
        const password = operation.optionalString('pwd');
        const roles = rolesOf(operation, 'roles', false);
        if (password === undefined && roles === undefined) {
          throw bad('Must specify at least one field to update in updateUser');
        }
        if (password === '') throw bad("'pwd' may not be empty");
        const credentials = password === undefined ? undefined : await credentialsOf(password);
        await told(
          users.change(
            name,
            (user) => ({ ...user, ...(credentials && { credentials }), ...(roles && { roles }) }),
            operation.context.actor,
          ),
        );
        return okReply();
      },
    }),
    new CommandDefinition({
      name: 'dropUser',
      help: 'Removes a user.',
      fields: [],
      run: async (operation) => {
        await told(users.remove(nameOf(operation), operation.context.actor));
        return okReply();
      },
    }),
    new CommandDefinition({
      name: 'dropAllUsersFromDatabase',
      help: 'Removes the users of a database.',
      fields: [],
      run: async (operation) => {
        const db = sourceOf(operation.database);
        const own = (await users.list()).filter((user) => user.db === db);
        for (const user of own) await users.remove(user, operation.context.actor);
        return okReply({ n: own.length });
      },
    }),
    new CommandDefinition({
      name: 'usersInfo',
      help: 'Describes users.',
      fields: [
        'showCredentials',
        'showPrivileges',
        'showCustomData',
        'showAuthenticationRestrictions',
        'filter',
      ],
      run: async (operation) => {
        for (const field of ['showPrivileges', 'showAuthenticationRestrictions', 'filter']) {
          if (operation.command.get(field) === true || operation.command.get(field) instanceof Map) {
            throw new CommandError('CommandNotSupported', `usersInfo's option '${field}' is not supported`);
          }
        }
        const isWanted = wanted(operation);
        const found = (await users.list()).filter(isWanted);
        const isFull = operation.optionalBoolean('showCredentials');
        return okReply({ users: found.map((user) => described(user, isFull)) });
      },
    }),
    granting('grantRolesToUser', 'Gives a user more roles.', users, (has, given) => [
      ...has,
      ...given.filter((role) => !has.some(sameAs(role))),
    ]),
    granting('revokeRolesFromUser', 'Takes roles from a user.', users, (has, given) =>
      has.filter((role) => !given.some(sameAs(role))),
    ),
    new CommandDefinition({
      name: 'rolesInfo',
      help: 'Describes roles. They are those that MongoDB has from the start; none can be made.',
      fields: ['showPrivileges', 'showBuiltinRoles', 'showAuthenticationRestrictions'],
      run: (operation) => {
        const asked = operation.command.get('rolesInfo');
        const db = sourceOf(operation.database);
        const all = rolesOn(db).map((role) => ({ role, db }));
        const names = Array.isArray(asked) ? asked : [asked];
        const shown =
          asked === 1 || typeof asked === 'object'
            ? all.filter(() => asked !== 1 || operation.optionalBoolean('showBuiltinRoles'))
            : [];
        const picked =
          asked === 1
            ? shown
            : names.map((name) => roleOf(name, db)).filter((role) => rolesOn(role.db).includes(role.role));
        return okReply({
          roles: picked.map(
            (granted) =>
              new Map<string, Value>([
                ...roleDocument(granted),
                ['isBuiltin', true],
                ['roles', []],
                ['inheritedRoles', []],
              ]),
          ),
        });
      },
    }),
  ];
}

function granting(
  name: string,
  help: string,
  users: LogUsers,
  change: (has: readonly GrantedRole[], given: readonly GrantedRole[]) => readonly GrantedRole[],
): CommandDefinition {
  return new CommandDefinition({
    name,
    help,
    fields: ['roles'],
    run: async (operation) => {
      const given = rolesOf(operation, 'roles', true)!;
      await told(
        users.change(
          nameOf(operation),
          (user) => ({ ...user, roles: change(user.roles, given) }),
          operation.context.actor,
        ),
      );
      return okReply();
    },
  });
}

function nameOf(operation: Operation): UserName {
  const { command } = operation;
  const user = operation.optionalString(command.name) ?? '';
  const db = sourceOf(operation.database);
  if (db === 'local' || db === 'config') throw bad(`Cannot create users in the ${db} database`);
  return { user, db };
}

function refuseUnsupported(operation: Operation): void {
  const mechanisms = operation.command.get('mechanisms');
  if (mechanisms !== undefined) {
    if (!Array.isArray(mechanisms)) throw operation.wrongType('mechanisms', mechanisms, 'array');
    const other = mechanisms.find((one) => one !== MECHANISM);
    if (other !== undefined) throw bad(`Unknown auth mechanism '${String(other)}'`);
  }
  if (operation.command.get('digestPassword') === false) {
    throw bad('Use of SCRAM-SHA-256 requires undigested passwords');
  }
  for (const field of ['authenticationRestrictions', 'customData']) {
    const value = operation.command.get(field);
    const isEmpty = Array.isArray(value) ? value.length === 0 : value instanceof Map && value.size === 0;
    if (value !== undefined && value !== null && !isEmpty) {
      throw new CommandError('CommandNotSupported', `A user's '${field}' is not supported`);
    }
  }
}

function rolesOf(operation: Operation, field: string, isRequired: boolean): GrantedRole[] | undefined {
  const value = operation.command.get(field);
  if (value === undefined || value === null) {
    if (!isRequired) return undefined;
    throw new CommandError(
      40414,
      `BSON field '${operation.command.name}.${field}' is missing but a required field`,
    );
  }
  if (!Array.isArray(value)) throw operation.wrongType(field, value, 'array');
  const roles = value.map((one) => roleOf(one, sourceOf(operation.database)));
  roles.forEach(checkRole);
  return roles;
}

function roleOf(value: Value | undefined, database: string): GrantedRole {
  if (typeof value === 'string') return { role: value, db: database };
  const role = value instanceof Map ? value.get('role') : undefined;
  const db = value instanceof Map ? value.get('db') : undefined;
  if (typeof role === 'string' && typeof db === 'string') return { role, db };
  throw bad('Role names must be either strings or objects');
}

/** Which users `usersInfo` asks for. */
function wanted(operation: Operation): (user: User) => boolean {
  const asked = operation.command.get('usersInfo');
  const db = sourceOf(operation.database);
  if (asked instanceof Map && asked.has('forAllDBs')) return () => true;
  if (Array.isArray(asked) || asked instanceof Map || typeof asked === 'string') {
    const names = (Array.isArray(asked) ? asked : [asked]).map((one) => userNameOf(one, db));
    return (user) => names.some((name) => name.user === user.user && name.db === user.db);
  }
  return (user) => user.db === db;
}

function userNameOf(value: Value, database: string): UserName {
  if (typeof value === 'string') return { user: value, db: database };
  const user = value instanceof Map ? value.get('user') : undefined;
  const db = value instanceof Map ? value.get('db') : undefined;
  if (typeof user === 'string' && typeof db === 'string') return { user, db };
  throw bad('User names must be either strings or objects');
}

function described({ user, db, userId, credentials, roles }: User, isFull: boolean): Doc {
  const { iterationCount, salt, storedKey, serverKey } = credentials;
  const keys = new Map<string, Value>([
    ['iterationCount', iterationCount],
    ['salt', salt.toString('base64')],
    ['storedKey', storedKey.toString('base64')],
    ['serverKey', serverKey.toString('base64')],
  ]);
  return new Map<string, Value>([
    ['_id', `${db}.${user}`],
    ['userId', new Binary(userId, Binary.SUBTYPE_UUID)],
    ['user', user],
    ['db', db],
    ...(isFull ? [['credentials', new Map([[MECHANISM, keys]])] as const] : []),
    ['roles', roles.map(roleDocument)],
    ['mechanisms', [MECHANISM]],
  ]);
}

export function roleDocument({ role, db }: GrantedRole): Doc {
  return new Map<string, Value>([
    ['role', role],
    ['db', db],
  ]);
}

const sameAs = (one: GrantedRole) => (other: GrantedRole) => one.role === other.role && one.db === other.db;

function bad(message: string): CommandError {
  return new CommandError('BadValue', message);
}

/** Errors of users by mongod's codes. */
async function told(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (error instanceof UserExistsError) throw new CommandError(51003, error.message, { cause: error });
    if (error instanceof UserNotFoundError) {
      throw new CommandError('UserNotFound', error.message, { cause: error });
    }
    throw error;
  }
}
