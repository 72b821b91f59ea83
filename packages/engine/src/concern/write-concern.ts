import { bsonTypeName, isNumber, Long, toNumber, type Doc, type Value } from '@argon/bson';
import type { CommandDocument, Reply } from '../handler/contract';
import { CommandError } from '../handler/errors';

/** Of how many members a replica set can be. */
const MOST_MEMBERS = 50;
const FIELDS = new Set([
  'w',
  'j',
  'fsync',
  'wtimeout',
  'getLastError',
  'provenance',
  'wElectionId',
  'wOpTime',
]);
/** Commands that write nothing, so mongod takes no concern of theirs. */
const READS = new Set([
  'buildInfo',
  'collStats',
  'connectionStatus',
  'count',
  'dbStats',
  'distinct',
  'explain',
  'find',
  'getMore',
  'hello',
  'isMaster',
  'killCursors',
  'listCollections',
  'listDatabases',
  'listIndexes',
  'ping',
  'serverStatus',
  'validate',
]);

/** `writeConcern`, as far as it tells what is to be waited for. */
export interface WriteConcern {
  readonly w: Value;
  readonly wtimeout: number;
}

/** @throws CommandError as mongod does */
export function readWriteConcern(command: CommandDocument, name: string): WriteConcern {
  if (READS.has(name)) {
    throw new CommandError('InvalidOptions', 'Command does not support writeConcern');
  }
  const given = command.get('writeConcern');
  if (!(given instanceof Map)) {
    throw new CommandError(
      'TypeMismatch',
      `"writeConcern" had the wrong type. Expected object, found ${bsonTypeName(given)}`,
    );
  }
  for (const field of given.keys()) {
    if (!FIELDS.has(field)) {
      throw new CommandError(40415, `BSON field 'WriteConcernOptions.${field}' is an unknown field.`);
    }
  }
  for (const field of ['j', 'fsync']) {
    const value = given.get(field);
    if (value === undefined || typeof value === 'boolean' || isNumber(value)) continue;
    throw new CommandError(
      'TypeMismatch',
      `BSON field 'WriteConcernOptions.${field}' is the wrong type '${bsonTypeName(value)}', expected types '[bool, long, int, decimal, double']`,
    );
  }
  if (isTrue(given.get('j')) && isTrue(given.get('fsync'))) {
    throw new CommandError('FailedToParse', 'fsync and j options cannot be used together');
  }
  const wtimeout = given.get('wtimeout');
  return {
    w: checkW(given.get('w')),
    wtimeout: wtimeout !== undefined && isNumber(wtimeout) ? toNumber(wtimeout) : 0,
  };
}

/**
 * What a reply says of a concern that one member, which is all there are, cannot satisfy; undefined if it can. What was
 * done stays done, as with mongod.
 */
export function writeConcernError({ w, wtimeout }: WriteConcern): Doc | undefined {
  const problem = problemOf(w);
  if (problem === undefined) return undefined;
  const [code, codeName, errmsg] = problem;
  return new Map<string, Value>([
    ['code', code],
    ['codeName', codeName],
    ['errmsg', errmsg],
    [
      'errInfo',
      new Map<string, Value>([
        [
          'writeConcern',
          new Map<string, Value>([
            ['w', w],
            ['wtimeout', wtimeout],
            ['provenance', 'clientSupplied'],
          ]),
        ],
      ]),
    ],
  ]);
}

/** The reply with a `writeConcernError`, before its `ok`. */
export function withWriteConcernError(reply: Reply, error: Doc): Reply {
  const fields = new Map(reply);
  const ok = fields.get('ok');
  fields.delete('ok');
  fields.set('writeConcernError', error);
  if (ok !== undefined) fields.set('ok', ok);
  return fields;
}

function problemOf(w: Value): [code: number, codeName: string, errmsg: string] | undefined {
  if (w instanceof Map) {
    const [tag] = w.keys();
    if (tag === undefined) return undefined;
    return [4, 'NoSuchKey', `No replica set tag key ${tag} in config`];
  }
  if (typeof w === 'string') {
    if (w === 'majority') return undefined;
    return [
      79,
      'UnknownReplWriteConcern',
      `No write concern mode named '${w}' found in replica set configuration`,
    ];
  }
  return (w as number) < 2 ? undefined : [100, 'UnsatisfiableWriteConcern', 'Not enough data-bearing nodes'];
}

function checkW(w: Value | undefined): Value {
  if (w === undefined || w === null) return 1;
  if (typeof w === 'string') return w;
  if (w instanceof Map) return new Map([...w].map(([tag, count]) => [tag, longOf(count)]));
  if (!isNumber(w)) {
    throw new CommandError(
      'FailedToParse',
      `w has to be a number, string, or object; found: ${bsonTypeName(w)}`,
    );
  }
  const count = Math.trunc(toNumber(w));
  if (count >= 0 && count <= MOST_MEMBERS) return count;
  throw new CommandError(
    'FailedToParse',
    `w has to be a non-negative number and not greater than ${MOST_MEMBERS}; found: ${count}`,
  );
}

function isTrue(value: Value | undefined): boolean {
  return value === true || (value !== undefined && isNumber(value) && toNumber(value) !== 0);
}

/** mongod counts the values of a tag in longs. */
function longOf(value: Value): Value {
  return isNumber(value) ? Long.fromNumber(toNumber(value)) : value;
}
