import { Binary, bsonTypeName, type Doc, type Value } from '@argon/bson';
import { createHash } from 'node:crypto';
import { CommandError } from '../../handler/errors';
import type { ListedSession, PipelineEnv } from '../env';
import type { StageCompiler } from './stage';
import { batchesOf } from './stream';

/** `$listLocalSessions`: the caller's sessions, those of some users, or all. */
export const LIST_LOCAL_SESSIONS = listing(({ collection }, name) => {
  if (collection === undefined) return;
  throw new CommandError(
    'InvalidNamespace',
    `${name} must be run against the database with {aggregate: 1}, not a collection`,
  );
});

/** `$listSessions`: the same of all servers, which is to say of this one. They are listed as they are, not as last written down. */
export const LIST_SESSIONS = listing(({ database, collection }, name) => {
  if (database === 'config' && collection === 'system.sessions') return;
  throw new CommandError('InvalidNamespace', `${name} may only be run against config.system.sessions`);
});

/** @param checkPlace - Throws where the stage may not be run. */
function listing(checkPlace: (namespace: PipelineEnv['namespace'], name: string) => void): StageCompiler {
  return (argument, { env }, name) => {
    if (!(argument instanceof Map)) {
      throw new CommandError(
        'TypeMismatch',
        `${name} options must be specified in an object, but found: ${bsonTypeName(argument)}`,
      );
    }
    const wanted = readUsers(argument, name);
    checkPlace(env.namespace, name);
    const { sessions } = env;
    if (sessions === undefined)
      throw new CommandError('CommandNotSupported', `${name} is not supported here`);
    return {
      name,
      isSource: true,
      run: () => {
        const { user: caller, all } = sessions();
        const isWanted = wanted ?? ((user: string) => user === caller);
        return batchesOf(all.filter(({ user }) => isWanted(user)).map(describe));
      },
    };
  };
}

/** Whose sessions are asked for; undefined: the caller's. @throws CommandError */
function readUsers(argument: Doc, name: string): ((user: string) => boolean) | undefined {
  for (const option of argument.keys()) {
    if (option !== 'allUsers' && option !== 'users') throw unknownField(`${name}.${option}`);
  }
  const allUsers = argument.get('allUsers') ?? false;
  const users = argument.get('users') ?? [];
  if (typeof allUsers !== 'boolean') throw wrongType(`${name}.allUsers`, allUsers, 'bool');
  if (!Array.isArray(users)) throw wrongType(`${name}.users`, users, 'array');
  const named = users.map((user, i) => readUser(user, `${name}.users`, i));
  if (allUsers && named.length > 0) {
    throw new CommandError(
      'UnsupportedFormat',
      `${name} may not specify {allUsers:true} and {users:[...]} at the same time`,
    );
  }
  if (allUsers) return () => true;
  return named.length === 0 ? undefined : (user) => named.includes(user);
}

/** A user as sessions know it: by name. @throws CommandError */
function readUser(user: Value, field: string, at: number): string {
  if (!(user instanceof Map)) throw wrongType(`${field}.${at}`, user, 'object');
  for (const [key, value] of user) {
    if (key !== 'user' && key !== 'db') throw unknownField(`${field}.${key}`);
    if (typeof value !== 'string') throw wrongType(`${field}.${key}`, value, 'string');
  }
  for (const key of ['user', 'db']) {
    if (!user.has(key)) {
      throw new CommandError(40414, `BSON field '${field}.${key}' is missing but a required field`);
    }
  }
  return user.get('user') as string;
}

function describe({ id, user, lastUse }: ListedSession): Doc {
  const digest = createHash('sha256').update(user === '' ? '' : `${user}@admin`);
  return new Map<string, Value>([
    [
      '_id',
      new Map<string, Value>([
        ['id', new Binary(id, Binary.SUBTYPE_UUID)],
        ['uid', new Binary(digest.digest())],
      ]),
    ],
    ['lastUse', lastUse],
  ]);
}

function unknownField(field: string): CommandError {
  return new CommandError(40415, `BSON field '${field}' is an unknown field.`);
}

function wrongType(field: string, value: Value, expected: string): CommandError {
  return new CommandError(
    'TypeMismatch',
    `BSON field '${field}' is the wrong type '${bsonTypeName(value)}', expected type '${expected}'`,
  );
}
