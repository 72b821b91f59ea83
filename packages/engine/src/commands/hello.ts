import { Long, ObjectId, type Value } from '@argon/bson';
import type { Operation } from '../handler/operation';
import { okReply } from '../handler/reply';
import type { Reply } from '../handler/contract';
import { CommandDefinition } from './definition';

/** MongoDB's version whose behaviour and wire protocol the engine follows. */
export const MONGODB_VERSION = '6.0.5';
/** The wire version of MongoDB 6.0. */
const MAX_WIRE_VERSION = 17;

const PROCESS_ID = new ObjectId();

/** The set name that clients see: one node that is always primary, so that drivers retry writes and use sessions. */
export const SET_NAME = 'argon';

/** Where the one member says to be. */
export const ME = 'localhost:27017';

function hello(operation: Operation, primaryField: string): Reply {
  return okReply({
    helloOk: operation.command.get('helloOk') === true ? true : undefined,
    topologyVersion: new Map([
      ['processId', PROCESS_ID as never],
      ['counter', Long.fromNumber(0) as never],
    ]),
    hosts: [ME],
    setName: SET_NAME,
    setVersion: 1,
    [primaryField]: true,
    secondary: false,
    primary: ME,
    me: ME,
    maxBsonObjectSize: 16 * 1024 * 1024,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    connectionId: operation.context.connectionId,
    minWireVersion: 0,
    maxWireVersion: MAX_WIRE_VERSION,
    readOnly: false,
  });
}

export const helloCommand = new CommandDefinition({
  name: 'hello',
  help: 'Describes the server.',
  run: (operation) => hello(operation, 'isWritablePrimary'),
});

export const isMasterCommand = new CommandDefinition({
  name: 'isMaster',
  aliases: ['ismaster'],
  help: "The older name of 'hello'.",
  run: (operation) => hello(operation, 'ismaster'),
});

export const pingCommand = new CommandDefinition({ name: 'ping', help: 'Answers.', run: () => okReply() });

export const buildInfoCommand = new CommandDefinition({
  name: 'buildInfo',
  aliases: ['buildinfo'],
  help: 'Versions.',
  run: () =>
    okReply({
      version: MONGODB_VERSION,
      versionArray: MONGODB_VERSION.split('.').map(Number).concat(0),
      gitVersion: 'argon',
      modules: ['argon'],
      allocator: 'v8',
      javascriptEngine: 'none',
      bits: 64,
      debug: false,
      maxBsonObjectSize: 16 * 1024 * 1024,
      storageEngines: ['argon'],
    }),
});

export const connectionStatusCommand = new CommandDefinition({
  name: 'connectionStatus',
  help: 'Who is logged in on this connection.',
  fields: ['showPrivileges'],
  run: (operation) => {
    const { user } = operation.context.actor;
    const users =
      user === ''
        ? []
        : [
            new Map([
              ['user', user],
              ['db', 'admin'],
            ]),
          ];
    const authInfo = new Map<string, Value>([
      ['authenticatedUsers', users],
      ['authenticatedUserRoles', []],
    ]);
    // Argon gives each user everything; there are no privileges to list.
    if (operation.optionalBoolean('showPrivileges')) authInfo.set('authenticatedUserPrivileges', []);
    return okReply({ authInfo });
  },
});
