import { makeDouble } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { okReply } from '../../handler/reply';
import { checkTypes, truth, whole } from '../../handler/arguments';
import { CommandDefinition } from '../definition';

const SLOW_MS = 100;

/** No operation is profiled: level 0 is the only one there is. */
export const profileCommand = new CommandDefinition({
  name: 'profile',
  help: 'The level of the profiler, which is off.',
  fields: ['slowms', 'sampleRate', 'filter'],
  run: ({ command }) => {
    checkTypes(command, 'profile', { profile: 'safeInt', slowms: 'safeInt', sampleRate: 'safeInt' });
    const level = whole(command.get('profile'));
    const slow = whole(command.get('slowms')) ?? SLOW_MS;
    if ((level !== 0 && level !== -1) || slow !== SLOW_MS || command.has('filter')) {
      throw new CommandError(
        'CommandNotSupported',
        'Argon has no profiler; explain tells how a command runs',
      );
    }
    return okReply({ was: 0, slowms: SLOW_MS, sampleRate: makeDouble(1) });
  },
});

/** What was acknowledged is durable already. */
export const fsyncCommand = new CommandDefinition({
  name: 'fsync',
  help: 'Makes sure that what was written is durable, which it is.',
  fields: ['lock', 'fsyncLockAcquisitionTimeoutMillis'],
  adminOnly: true,
  run: ({ command }) => {
    if (truth(command.get('lock'))) {
      throw new CommandError(
        'CommandNotSupported',
        'fsync with lock is not supported: a branch, or a moment of one, stands still without locking others',
      );
    }
    return okReply({ numFiles: 1 });
  },
});

export const fsyncUnlockCommand = new CommandDefinition({
  name: 'fsyncUnlock',
  help: 'Ends the lock of fsync; there is none.',
  adminOnly: true,
  run: () => {
    throw new CommandError(0, 'fsyncUnlock called when not locked');
  },
});

export const getDefaultRWConcernCommand = new CommandDefinition({
  name: 'getDefaultRWConcern',
  help: 'The read and write concern that commands have which name none.',
  fields: ['inMemory'],
  adminOnly: true,
  run: ({ command, started }) =>
    okReply({
      defaultReadConcern: new Map([['level', 'local']]),
      defaultWriteConcern: new Map<string, string | number>([
        ['w', 'majority'],
        ['wtimeout', 0],
      ]),
      defaultWriteConcernSource: 'implicit',
      defaultReadConcernSource: 'implicit',
      inMemory: truth(command.get('inMemory')) ? true : undefined,
      localUpdateWallClockTime: started,
    }),
});

const READ_LEVELS = ['local', 'available', 'majority'];

export const setDefaultRWConcernCommand = new CommandDefinition({
  name: 'setDefaultRWConcern',
  help: 'Refused: every acknowledged write is durable, and every read sees it.',
  fields: ['defaultReadConcern', 'defaultWriteConcern'],
  adminOnly: true,
  run: (operation) => {
    const { command } = operation;
    checkTypes(command, 'setDefaultRWConcern', {
      defaultReadConcern: 'object',
      defaultWriteConcern: 'object',
    });
    const read = operation.optionalDocument('defaultReadConcern');
    const write = operation.optionalDocument('defaultWriteConcern');
    if (read === undefined && write === undefined) {
      throw new CommandError(
        'BadValue',
        'At least one of the "defaultReadConcern" or "defaultWriteConcern" fields must be present',
      );
    }
    const level = read?.get('level');
    if (typeof level === 'string' && !READ_LEVELS.includes(level)) {
      throw new CommandError('BadValue', `level: '${level}' is not suitable for the default read concern`);
    }
    if (write?.get('w') === 0) {
      throw new CommandError(
        'BadValue',
        'Unacknowledged write concern is not suitable for the default write concern',
      );
    }
    throw new CommandError(
      'CommandNotSupported',
      'setDefaultRWConcern is not supported: every acknowledged write is durable and seen by every read that follows',
    );
  },
});
