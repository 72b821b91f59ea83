import { amount } from '../../statistics/amount';
import { CommandError } from '../../handler/errors';
import { okReply } from '../../handler/reply';
import type { Value } from '@argon/bson';
import { arch, cpus, hostname, release, totalmem, type as systemType, version } from 'node:os';
import { checkTypes } from '../../handler/arguments';
import { CommandDefinition } from '../definition';

export const hostInfoCommand = new CommandDefinition({
  name: 'hostInfo',
  aliases: ['hostinfo'],
  help: 'The machine that this process runs on.',
  run: ({ started }) => {
    const memory = Math.round(totalmem() / 1024 / 1024);
    return okReply({
      system: new Map<string, Value>([
        ['currentTime', started],
        ['hostname', hostname()],
        ['cpuAddrSize', 64],
        ['memSizeMB', amount(memory)],
        ['memLimitMB', amount(memory)],
        ['numCores', cpus().length],
        ['cpuArch', arch() === 'x64' ? 'x86_64' : arch()],
        ['numaEnabled', false],
      ]),
      os: new Map<string, Value>([
        ['type', systemType()],
        ['name', version()],
        ['version', release()],
      ]),
      extra: new Map<string, Value>([['node', process.version]]),
    });
  },
});

/** Argon writes no log of its own; what a server writes goes where it was told to. */
export const getLogCommand = new CommandDefinition({
  name: 'getLog',
  help: 'The last lines of a log; Argon keeps none.',
  fields: [],
  adminOnly: true,
  run: ({ command }) => {
    checkTypes(command, 'getLog', { getLog: 'string' });
    const name = command.get('getLog') as string;
    if (name === '*') return okReply({ names: ['global', 'startupWarnings'] });
    if (name !== 'global' && name !== 'startupWarnings') {
      throw new CommandError('OperationFailed', `No log named '${name}'`);
    }
    return okReply({ totalLinesWritten: 0, log: [] });
  },
});

/** The engine was given its settings by a program, not on a command line. */
export const getCmdLineOptsCommand = new CommandDefinition({
  name: 'getCmdLineOpts',
  help: 'The options that the server was started with.',
  fields: [],
  adminOnly: true,
  run: () => okReply({ argv: ['argon'], parsed: new Map() }),
});

export const whatsMyUriCommand = new CommandDefinition({
  name: 'whatsmyuri',
  help: 'Where the client is.',
  run: ({ context }) => okReply({ you: context.client ?? `in-process:${context.connectionId}` }),
});

export const getFreeMonitoringStatusCommand = new CommandDefinition({
  name: 'getFreeMonitoringStatus',
  help: "Whether MongoDB's free monitoring is on; it never is.",
  adminOnly: true,
  run: () => okReply({ state: 'disabled' }),
});

export const lockInfoCommand = new CommandDefinition({
  name: 'lockInfo',
  help: 'The locks that are held; there are none.',
  adminOnly: true,
  run: () => okReply({ lockInfo: [] }),
});
