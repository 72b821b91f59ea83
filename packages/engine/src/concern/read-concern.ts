import { bsonTypeName, Timestamp, type Value } from '@argon/bson';
import type { CommandDocument } from '../handler/contract';
import { CommandError } from '../handler/errors';

/** `readConcern`, as given. */
export interface ReadConcern {
  readonly level: string | undefined;
  readonly afterClusterTime: Timestamp | undefined;
  readonly atClusterTime: Timestamp | undefined;
}

const LEVELS = new Set(['local', 'majority', 'linearizable', 'available', 'snapshot']);
const FIELDS = new Set([
  'level',
  'afterClusterTime',
  'atClusterTime',
  'afterOpTime',
  'provenance',
  '$allowTransactionTableSnapshot',
]);
/** Levels at which a read may wait for a time. */
const CAUSAL = new Set<string | undefined>([undefined, 'local', 'majority', 'snapshot']);
/** Commands of which some levels are allowed besides `local`. */
const SNAPSHOT = new Set(['find', 'aggregate', 'distinct']);
const LEVELLED = new Set(['find', 'aggregate', 'distinct', 'count']);
/** Commands that wait for no time. */
const TIMELESS = new Set(['ping', 'isMaster', 'buildInfo', 'connectionStatus', 'endSessions']);

/** @throws CommandError as mongod does */
export function readReadConcern(command: CommandDocument): ReadConcern {
  const given = command.get('readConcern');
  if (!(given instanceof Map)) {
    throw new CommandError('FailedToParse', 'readConcern field should be an object');
  }
  for (const field of given.keys()) {
    if (!FIELDS.has(field)) {
      throw new CommandError('InvalidOptions', `Unrecognized option in readConcern: ${field}`);
    }
  }
  const level = given.get('level');
  if (level !== undefined && typeof level !== 'string') throw wrongType('level', level, 'string');
  if (level !== undefined && !LEVELS.has(level)) {
    throw new CommandError(
      'FailedToParse',
      "readConcern.level must be either 'local', 'majority', 'linearizable', 'available', or 'snapshot'",
    );
  }
  const afterClusterTime = time(given, 'afterClusterTime');
  const atClusterTime = time(given, 'atClusterTime');
  if (afterClusterTime !== undefined && atClusterTime !== undefined) {
    throw new CommandError(
      'InvalidOptions',
      'Specifying a timestamp for readConcern snapshot in a causally consistent session is not allowed. See https://docs.mongodb.com/manual/core/read-isolation-consistency-recency/#causal-consistency',
    );
  }
  if (afterClusterTime !== undefined && !CAUSAL.has(level)) {
    throw new CommandError(
      'InvalidOptions',
      'afterClusterTime field can be set only if level is equal to majority, local, or snapshot',
    );
  }
  if (atClusterTime !== undefined && level !== 'snapshot') {
    throw new CommandError(
      'InvalidOptions',
      'atClusterTime field can be set only if level is equal to snapshot',
    );
  }
  return { level, afterClusterTime, atClusterTime };
}

/**
 * Whether a command may have a concern, outside of transactions, and whether the time it names has come.
 * @param now the newest cluster time that is known @throws CommandError as mongod does
 */
export function checkReadConcern(
  name: string,
  concern: ReadConcern,
  now: Timestamp,
  inTransaction: boolean,
): void {
  const { level } = concern;
  if (!inTransaction && level !== undefined && level !== 'local' && !LEVELLED.has(name)) {
    throw unsupported(name, level, 'read concern not supported');
  }
  if (!inTransaction && level === 'snapshot' && !SNAPSHOT.has(name)) {
    throw unsupported(name, level, 'read concern snapshot not supported');
  }
  if (concern.afterClusterTime !== undefined && TIMELESS.has(name)) {
    throw new CommandError('InvalidOptions', 'afterClusterTime is not allowed for this command');
  }
  for (const field of ['afterClusterTime', 'atClusterTime'] as const) {
    const wanted = concern[field];
    if (wanted === undefined) continue;
    if (wanted.isZero()) throw new CommandError('InvalidOptions', `${field} cannot be a null timestamp`);
    if (wanted.comp(now) > 0) {
      throw new CommandError(
        'InvalidOptions',
        `readConcern ${field} value must not be greater than the current clusterTime. Requested clusterTime: { ts: ${text(wanted)} }; current clusterTime: { ts: ${text(now)} }`,
      );
    }
  }
}

function time(given: ReadonlyMap<string, Value>, field: string): Timestamp | undefined {
  const value = given.get(field);
  if (value === undefined || value instanceof Timestamp) return value;
  throw wrongType(field, value, 'timestamp');
}

function wrongType(field: string, value: Value, expected: string): CommandError {
  return new CommandError(
    'TypeMismatch',
    `"${field}" had the wrong type. Expected ${expected}, found ${bsonTypeName(value)}`,
  );
}

function unsupported(name: string, level: string, why: string): CommandError {
  return new CommandError(
    'InvalidOptions',
    `Command ${name} does not support { readConcern: { level: "${level}", provenance: "clientSupplied" } } :: caused by :: ${why}`,
  );
}

function text({ t, i }: Timestamp): string {
  return `Timestamp(${t}, ${i})`;
}
