import type { Value } from '@argon/bson';
import { toCommandError } from '../handler/reply';
import { TRANSIENT } from '../transaction/errors';

const INTERRUPTIONS: ReadonlySet<string> = new Set([
  'Interrupted',
  'InterruptedAtShutdown',
  'MaxTimeMSExpired',
]);

/** An element of `writeErrors`. Errors of the machine, not of the statement, are thrown on. */
export function writeError(index: number, error: unknown): Value {
  const failure = toCommandError(error);
  if (failure.mongoCode === 1 && failure.cause !== undefined) throw error;
  // What ends an operation ends all of it.
  if (INTERRUPTIONS.has(failure.codeName)) throw error;
  // It ends the transaction, and with it the whole command.
  if (failure.labels.includes(TRANSIENT)) throw error;
  const document = new Map<string, Value>([
    ['index', index],
    ['code', failure.mongoCode],
    ['errmsg', failure.message],
  ]);
  for (const [field, value] of failure.extra) document.set(field, value);
  return document;
}

/** `writeErrors` of statements about a project that is not there: nothing is to be done, but mistakes are still told. */
export function errorsOf<T extends object>(
  statements: readonly (T | Error)[],
  ordered: boolean,
  check: (statement: T) => void,
): Value[] | undefined {
  const errors: Value[] = [];
  for (const [i, statement] of statements.entries()) {
    try {
      if (statement instanceof Error) throw statement;
      check(statement);
    } catch (error) {
      errors.push(writeError(i, error));
      if (ordered) break;
    }
  }
  return errors.length > 0 ? errors : undefined;
}
