import { makeDouble, makeLong, type Doc, type Value } from '@argon/bson';
import { hostname } from 'node:os';
import type { WalEngine } from '../../handler/engine';
import { okReply } from '../../handler/reply';
import { amount } from '../../statistics/amount';
import { MONGODB_VERSION, SET_NAME } from '../hello';
import { CommandDefinition } from '../definition';

/**
 * What is known to be true of this engine, in mongod's words; sections of what Argon does not have (locks, an oplog, a
 * storage engine's cache) are left out. A section is left out too if the command says `name: 0`.
 */
export const serverStatusCommand = new CommandDefinition({
  name: 'serverStatus',
  help: 'What this process is and has done.',
  run: ({ engine, command, started }) => {
    const sections: Record<string, Value> = {};
    for (const [name, section] of Object.entries({ ...SECTIONS, ...engine.statusSections })) {
      const wanted = command.get(name);
      if (wanted !== 0 && wanted !== false) sections[name] = section(engine);
    }
    const millis = started.getTime() - engine.activity.started.getTime();
    return okReply({
      host: hostname(),
      version: MONGODB_VERSION,
      process: 'argon',
      pid: makeLong(BigInt(process.pid)),
      uptime: makeDouble(Math.floor(millis / 1000)),
      uptimeMillis: makeLong(BigInt(millis)),
      uptimeEstimate: makeLong(BigInt(Math.floor(millis / 1000))),
      localTime: started,
      ...sections,
    });
  },
});

type Section = (engine: WalEngine) => Doc;

const SECTIONS: Readonly<Record<string, Section>> = {
  asserts: ({ activity }) =>
    counts({ regular: 0, warning: 0, msg: 0, user: activity.errors, tripwire: 0, rollovers: 0 }),
  connections: ({ activity }) => {
    const { current, totalCreated } = activity.connections;
    const active = new Set(activity.running().map(({ context }) => context.connectionId)).size;
    return counts({ current, totalCreated, active });
  },
  extra_info: () => {
    const { userCPUTime, systemCPUTime, maxRSS, majorPageFault, fsRead, fsWrite } = process.resourceUsage();
    return new Map<string, Value>([
      ['note', 'fields vary by platform'],
      ...counts({
        user_time_us: userCPUTime,
        system_time_us: systemCPUTime,
        maximum_resident_set_kb: maxRSS,
        input_blocks: fsRead,
        output_blocks: fsWrite,
        page_faults: majorPageFault,
      }),
    ]);
  },
  globalLock: ({ activity }) => {
    const running = activity.running();
    const none = counts({ total: 0, readers: 0, writers: 0 });
    const writers = running.filter(({ command }) => WRITES.has(command.name)).length;
    return new Map<string, Value>([
      ['totalTime', makeLong(BigInt(Date.now() - activity.started.getTime()) * 1000n)],
      ['currentQueue', none],
      ['activeClients', counts({ total: running.length, readers: running.length - writers, writers })],
    ]);
  },
  mem: () => {
    const { rss } = process.memoryUsage();
    const resident = Math.round(rss / 1024 / 1024);
    return new Map<string, Value>([
      ['bits', 64],
      ['resident', resident],
      ['supported', true],
    ]);
  },
  metrics: ({ activity, cursors }) =>
    new Map<string, Value>([
      ['commands', commandCounts(activity.commands)],
      [
        'cursor',
        new Map<string, Value>([
          ['timedOut', amount(cursors.timedOut)],
          ['totalOpened', amount(cursors.totalOpened)],
          [
            'open',
            counts({
              noTimeout: cursors.countOf('noTimeout'),
              pinned: cursors.countOf('busy'),
              total: cursors.size,
            }),
          ],
        ]),
      ],
      ['document', counts({ ...activity.documents })],
    ]),
  opcounters: ({ activity }) => counts({ ...activity.operations }),
  repl: () =>
    new Map<string, Value>([
      ['setName', SET_NAME],
      ['isWritablePrimary', true],
      ['secondary', false],
    ]),
  storageEngine: ({ store }) =>
    new Map<string, Value>([
      ['name', 'argon'],
      ['supportsCommittedReads', true],
      ['supportsSnapshotReadConcern', true],
      ['readOnly', false],
      ['persistent', store.supports.durable],
    ]),
};

const WRITES = new Set(['insert', 'update', 'delete', 'findAndModify', 'findandmodify', 'bulkWrite']);

function counts(of: Readonly<Record<string, number>>): Doc {
  return new Map(Object.entries(of).map(([name, count]) => [name, amount(count)]));
}

function commandCounts(commands: WalEngine['activity']['commands']): Doc {
  const sorted = [...commands].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([name, { failed, total }]) => [name, counts({ failed, total })]));
}
