import { CommandError } from '../../handler/errors';
import { CommandDefinition } from '../definition';

/** Commands of mongod that mean nothing here, or would do nothing, and why. */
const REFUSED: Readonly<Record<string, { readonly admin?: true; readonly why: string }>> = {
  compact: { why: 'history is compacted by retention rules (argon compact)' },
  connPoolStats: { why: 'there are no connections to other servers' },
  dbHash: { why: 'argon diff compares branches' },
  features: { why: 'there is no JavaScript' },
  filemd5: { why: 'count the digest where the file is read' },
  logRotate: { admin: true, why: 'there is no log file' },
  mapReduce: { why: 'it runs JavaScript; use aggregate' },
  planCacheSetFilter: { why: 'there is no plan cache; use hints' },
  reIndex: { why: 'indexes are made from the log (argon verify)' },
  setFeatureCompatibilityVersion: { admin: true, why: 'there is one version, 6.0' },
  shutdown: { admin: true, why: 'whoever started the process ends it' },
  top: { admin: true, why: 'no times are kept by collection (argon perf)' },
};

export const refusedCommands = Object.entries(REFUSED).map(
  ([name, { admin, why }]) =>
    new CommandDefinition({
      name,
      help: `Not supported: ${why}.`,
      adminOnly: admin === true,
      run: () => {
        throw new CommandError('CommandNotSupported', `Command '${name}' is not supported: ${why}`);
      },
    }),
);

export const getLastErrorCommand = new CommandDefinition({
  name: 'getLastError',
  aliases: ['getlasterror'],
  help: 'Not supported, as by mongod since 5.1.',
  run: () => {
    throw new CommandError(5739000, 'getLastError command is not supported');
  },
});
