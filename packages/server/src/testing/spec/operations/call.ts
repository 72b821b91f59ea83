import { ClientSession, Collection, Db, type Document } from 'mongodb';
import { driverOptions } from '../entities';
import { ObservedClient } from '../observed-client';
import type { SpecOperation } from '../suite';
import { clientOperations } from './client';
import { collectionOperations } from './collection';
import { cursorOperations, type AnyCursor } from './cursor';
import { databaseOperations } from './database';
import type { OperationContext, OperationTable } from './operation';
import { sessionOperations } from './session';
import { testRunnerOperations } from './test-runner';

/** Does one operation; gives what the driver gives. */
export async function call(operation: SpecOperation, context: OperationContext): Promise<unknown> {
  const args = toArguments(operation.arguments, context);
  if (operation.object === 'testRunner')
    return invoke(testRunnerOperations, operation, undefined, args, context);
  const target = context.entities.get(operation.object);
  if (target instanceof Collection) return invoke(collectionOperations, operation, target, args, context);
  if (target instanceof Db) return invoke(databaseOperations, operation, target, args, context);
  if (target instanceof ObservedClient) return invoke(clientOperations, operation, target, args, context);
  if (target instanceof ClientSession) return invoke(sessionOperations, operation, target, args, context);
  return invoke(cursorOperations, operation, target as AnyCursor, args, context);
}

function invoke<T>(
  table: OperationTable<T>,
  { name, object }: SpecOperation,
  target: T,
  args: Document,
  context: OperationContext,
): Promise<unknown> {
  const run = table.get(name);
  if (run === undefined) throw new UnknownOperationError(name, object);
  return run(target, args, context);
}

/** The runner does not know an operation: its own fault, which no expected error may hide. */
export class UnknownOperationError extends Error {
  override readonly name = 'UnknownOperationError';

  constructor(operation: string, object: string) {
    super(`The runner knows no operation '${operation}' of '${object}'.`);
  }
}

/** Sessions by name become the driver's. */
function toArguments(args: Document | undefined, { entities }: OperationContext): Document {
  const options = driverOptions(args);
  return typeof options['session'] === 'string'
    ? { ...options, session: entities.session(options['session']) }
    : options;
}
