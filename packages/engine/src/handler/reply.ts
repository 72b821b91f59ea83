import { ArgonError } from '@argon/wal';
import { makeDouble, type Value } from '@argon/bson';
import type { CommandDocument, Reply } from './contract';
import { errorLabels } from './error-labels';
import { CommandError, type MongoCodeName } from './errors';

const OK = makeDouble(1);
const NOT_OK = makeDouble(0);

/** A reply that succeeded: these fields, then `ok: 1` as mongod writes it (a double). */
export function okReply(fields: Readonly<Record<string, Value | undefined>> = {}): Reply {
  const reply = new Map<string, Value>();
  for (const field of Object.keys(fields)) {
    const value = fields[field];
    if (value !== undefined) reply.set(field, value);
  }
  reply.set('ok', OK);
  return reply;
}

/** Errors of the layers below, by what MongoDB calls them. Whatever is not here is an InternalError. */
const MONGO_CODE_OF: ReadonlyMap<string, MongoCodeName | number> = new Map<string, MongoCodeName | number>([
  ['ARGON_BSON_PARALLEL_ARRAYS', 'CannotIndexParallelArrays'],
  ['ARGON_BSON_AMBIGUOUS_INDEX_FIELD', 16746],
  ['ARGON_MATERIALIZER_HASHED_ARRAY', 16766],
  ['ARGON_BSON_FORMAT', 'InvalidBSON'],
  ['ARGON_WAL_PROJECT_NOT_FOUND', 'NamespaceNotFound'],
  ['ARGON_WAL_BRANCH_NOT_FOUND', 'NamespaceNotFound'],
  ['ARGON_WAL_BRANCH_EXISTS', 'NamespaceExists'],
  ['ARGON_WAL_PROJECT_EXISTS', 'NamespaceExists'],
  ['ARGON_WAL_INVALID_NAME', 'InvalidNamespace'],
  ['ARGON_WAL_LSN_BELOW_HORIZON', 'BadValue'],
  ['ARGON_WAL_STORE_FULL', 'OutOfDiskSpace'],
  ['ARGON_WAL_STORE_CLOSED', 'InterruptedAtShutdown'],
  ['ARGON_MATERIALIZER_INDEX_UNSUPPORTED', 'CommandNotSupported'],
  ['ARGON_MATERIALIZER_LSN_OUT_OF_RANGE', 'BadValue'],
  ['ARGON_MATERIALIZER_MOMENT_OUT_OF_RANGE', 'BadValue'],
]);

/** The error a client sees, whatever was thrown. Argon's own code goes along as `argonCode`. */
export function toCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  if (error instanceof ArgonError) {
    return new CommandError(MONGO_CODE_OF.get(error.code) ?? 'InternalError', error.message, {
      cause: error,
      extra: new Map<string, Value>([['argonCode', error.code]]),
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new CommandError('InternalError', message, { cause: error });
}

/** @param command what failed: an error may tell what to do about it */
export function errorReply(error: unknown, command?: CommandDocument): Reply {
  const failure = toCommandError(error);
  const labels = new Set(failure.labels);
  if (command !== undefined && !failure.hasAllLabels) {
    for (const label of errorLabels(command, failure.mongoCode)) labels.add(label);
  }
  const reply = new Map<string, Value>();
  if (labels.size > 0) reply.set('errorLabels', [...labels]);
  reply.set('ok', NOT_OK).set('errmsg', failure.message);
  if (failure.mongoCode !== 0) reply.set('code', failure.mongoCode).set('codeName', failure.codeName);
  for (const [field, value] of failure.extra) reply.set(field, value);
  return reply;
}
