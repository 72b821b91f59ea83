import { ArgonError } from '@argon/wal';
import { makeDouble, type Value } from '@argon/bson';
import type { Reply } from './contract';
import { CommandError } from './errors';

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

/** Errors of the layers below, in MongoDB's words. */
const MONGO_CODE_OF = new Map<string, number>([
  ['ARGON_WAL_PROJECT_NOT_FOUND', 26],
  ['ARGON_WAL_BRANCH_NOT_FOUND', 26],
  ['ARGON_WAL_BRANCH_EXISTS', 48],
  ['ARGON_WAL_PROJECT_EXISTS', 48],
  ['ARGON_WAL_INVALID_NAME', 73],
  ['ARGON_MATERIALIZER_LSN_OUT_OF_RANGE', 2],
  ['ARGON_MATERIALIZER_MOMENT_OUT_OF_RANGE', 2],
  ['ARGON_MATERIALIZER_BRANCH_DELETED', 26],
]);

const CODE_NAMES = new Map<number, string>([
  [1, 'InternalError'],
  [2, 'BadValue'],
  [26, 'NamespaceNotFound'],
  [48, 'NamespaceExists'],
  [73, 'InvalidNamespace'],
]);

/** The error a client sees, whatever was thrown. Argon's own code goes along as `argonCode`. */
export function toCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  if (error instanceof ArgonError) {
    const number = MONGO_CODE_OF.get(error.code) ?? 1;
    const name = CODE_NAMES.get(number) ?? 'InternalError';
    return new CommandError(name as 'InternalError', error.message, {
      cause: error,
      extra: new Map<string, Value>([['argonCode', error.code]]),
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new CommandError('InternalError', message, { cause: error });
}

export function errorReply(error: unknown): Reply {
  const failure = toCommandError(error);
  const reply = new Map<string, Value>([
    ['ok', NOT_OK],
    ['errmsg', failure.message],
    ['code', failure.mongoCode],
    ['codeName', failure.codeName],
  ]);
  for (const [field, value] of failure.extra) reply.set(field, value);
  if (failure.labels.length > 0) reply.set('errorLabels', [...failure.labels]);
  return reply;
}
