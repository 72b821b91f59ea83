import { Binary, bsonTypeName, encodeDocument, type Doc, type Value } from '@argon/bson';
import { randomFillSync } from 'node:crypto';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { okReply } from '../handler/reply';
import { readSessionId } from '../session/session-id';
import { SESSION_LIFETIME } from '../session/sessions';
import { CommandDefinition } from './definition';

export const startSession = new CommandDefinition({
  name: 'startSession',
  help: 'Starts a logical session.',
  fields: [],
  run: ({ engine, context }) => {
    const id = randomFillSync(Buffer.alloc(16));
    id[6] = (id[6]! & 0x0f) | 0x40;
    id[8] = (id[8]! & 0x3f) | 0x80;
    const { user } = context.actor;
    engine.sessions.use(id.toString('latin1') + user, user);
    return okReply({
      id: new Map([['id', new Binary(id, Binary.SUBTYPE_UUID)]]),
      timeoutMinutes: SESSION_LIFETIME / 60_000,
    });
  },
});

export const refreshSessions = forSessions(
  'refreshSessions',
  'Keeps logical sessions alive.',
  ({ engine, context }, key) => {
    engine.sessions.use(key, context.actor.user);
  },
);

export const endSessions = forSessions('endSessions', 'Ends logical sessions.', end);
export const killSessions = forSessions('killSessions', 'Ends logical sessions and their operations.', end);

export const killAllSessions = new CommandDefinition({
  name: 'killAllSessions',
  help: 'Ends the sessions of these users; of all of them, if none is named.',
  fields: [],
  run: (operation) => {
    const users = documents(operation, 'killAllSessions').map((user) => String(user.get('user')));
    endOf(operation, users.length === 0 ? undefined : users);
    return okReply();
  },
});

export const killAllSessionsByPattern = new CommandDefinition({
  name: 'killAllSessionsByPattern',
  help: 'Ends the sessions that match.',
  fields: [],
  run: (operation) => {
    const patterns = documents(operation, 'killAllSessionsByPattern');
    if (patterns.length === 0) endOf(operation, undefined);
    for (const pattern of patterns) {
      const lsid = pattern.get('lsid');
      const users = pattern.get('users');
      if (lsid instanceof Map) end(operation, keyOf(operation, lsid, 'killAllSessionsByPattern.lsid'));
      else if (Array.isArray(users)) {
        endOf(
          operation,
          users.map((user) => (user instanceof Map ? String(user.get('user')) : '')),
        );
      } else {
        throw new CommandError(
          'CommandNotSupported',
          "killAllSessionsByPattern takes patterns with 'lsid' or 'users'; others are not supported",
        );
      }
    }
    return okReply();
  },
});

function forSessions(
  name: string,
  help: string,
  each: (operation: Operation, key: string) => void,
): CommandDefinition {
  return new CommandDefinition({
    name,
    help,
    fields: [],
    run: (operation) => {
      const keys = documents(operation, name).map((lsid, i) =>
        keyOf(operation, lsid, `${name}.${name}FromClient.${i}`),
      );
      for (const key of keys) each(operation, key);
      return okReply();
    },
  });
}

function end({ engine }: Operation, key: string): void {
  const session = engine.sessions.find(key);
  if (session !== undefined) engine.sessions.end(session);
}

function endOf({ engine }: Operation, users: readonly string[] | undefined): void {
  for (const session of engine.sessions.all()) {
    if (users === undefined || users.includes(session.user)) engine.sessions.end(session);
  }
}

/** A user ends and refreshes sessions of its own. */
function keyOf({ context }: Operation, lsid: Doc, field: string): string {
  return readSessionId(encodeDocument(lsid), field) + context.actor.user;
}

/** The array of documents that a command is given under its name. */
function documents(operation: Operation, name: string): Doc[] {
  const given = operation.command.get(name);
  if (!Array.isArray(given)) throw wrongType(`${name}.${name}`, given, 'array');
  return given.map((value, i) => {
    if (value instanceof Map) return value;
    throw wrongType(`${name}.${name}FromClient.${i}`, value, 'object');
  });
}

function wrongType(field: string, value: Value | undefined, expected: string): CommandError {
  return new CommandError(
    'TypeMismatch',
    `BSON field '${field}' is the wrong type '${value === undefined ? 'missing' : bsonTypeName(value)}', expected type '${expected}'`,
  );
}
