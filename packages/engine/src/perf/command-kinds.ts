import type { CommandKind } from './counts';

const READS = [
  'aggregate',
  'count',
  'distinct',
  'explain',
  'find',
  'getMore',
  'listCollections',
  'listDatabases',
  'listIndexes',
];

const WRITES = ['delete', 'findAndModify', 'insert', 'update'];

/** What drivers ask to stay connected: nobody waits for it, and it would make idle clients look busy. */
const CONNECTION = [
  'buildInfo',
  'connectionStatus',
  'endSessions',
  'hello',
  'isMaster',
  'killAllSessions',
  'killAllSessionsByPattern',
  'killCursors',
  'killSessions',
  'ping',
  'refreshSessions',
  'startSession',
];

const KINDS = new Map<string, CommandKind | undefined>([
  ...READS.map((name) => [name, 'read'] as const),
  ...WRITES.map((name) => [name, 'write'] as const),
  ...CONNECTION.map((name) => [name, undefined] as const),
]);

/** The kind that a command is counted as, by the name of its definition; undefined: it is not counted. */
export function commandKind(name: string): CommandKind | undefined {
  return KINDS.has(name) ? KINDS.get(name) : 'other';
}
