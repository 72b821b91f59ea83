import { MongoClient, MongoServerError } from 'mongodb';
import { fill, matchOutcome } from './collections';
import { Entities } from './entities';
import { matchError } from './match/errors';
import { matchEvents } from './match/events';
import { Mismatch } from './match/mismatch';
import { matchRoot } from './match/values';
import { call, UnknownOperationError } from './operations/call';
import type { OperationContext } from './operations/operation';
import type { SpecCase, SpecFile, SpecOperation } from './suite';

/** A server that cases are run against. */
export interface SpecServer {
  readonly uri: string;
  /** The runner's own client. */
  readonly own: MongoClient;
}

/**
 * Runs one case: data, entities, operations, then events and outcome.
 * @throws Mismatch, or what an operation failed with against expectation
 */
export async function runCase(server: SpecServer, file: SpecFile, specCase: SpecCase): Promise<void> {
  const { uri, own } = server;
  await endTransactions(own);
  await fill(own, file.initialData);
  const entities = new Entities(uri);
  const context: OperationContext = {
    entities,
    own,
    failPoints: new Set(),
    runCallback: (operations) => runAll(operations, context, true),
  };
  try {
    entities.create(file.createEntities ?? []);
    await inTime(runAll(specCase.operations, context));
    for (const expected of specCase.expectEvents ?? []) {
      const path = `events of ${expected.client}`;
      matchEvents(expected, entities.client(expected.client), entities, path);
    }
  } finally {
    await turnOff(own, context.failPoints);
    await entities.close();
  }
  await matchOutcome(own, specCase.outcome);
}

/** A change stream that nothing comes from would wait for ever, ms. */
const PATIENCE = 30_000;

async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Operations did not end within ${PATIENCE} ms.`)), PATIENCE);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** @param rethrow what an operation fails with is thrown after it was checked, as the driver acts on it */
async function runAll(
  operations: readonly SpecOperation[],
  context: OperationContext,
  rethrow = false,
): Promise<void> {
  for (const [at, operation] of operations.entries()) {
    const error = await runOne(operation, context, `${operation.name}[${at}]`);
    if (rethrow && error !== undefined) throw error;
  }
}

/** Gives the error that a case expects of the operation, or overlooks. */
async function runOne(
  operation: SpecOperation,
  context: OperationContext,
  path: string,
): Promise<Error | undefined> {
  const { expectError, ignoreResultAndError } = operation;
  let result: unknown;
  try {
    result = await call(operation, context);
  } catch (error) {
    const isOurs = error instanceof Mismatch || error instanceof UnknownOperationError;
    if (isOurs || !(error instanceof Error)) throw error;
    if (ignoreResultAndError === true) return error;
    if (expectError === undefined) throw error;
    matchError(expectError, error, context.entities, path);
    return error;
  }
  if (ignoreResultAndError === true) return undefined;
  if (expectError !== undefined) throw new Mismatch(path, expectError, result);
  if ('expectResult' in operation) matchRoot(operation.expectResult, result, context.entities, path);
  if (operation.saveResultAsEntity !== undefined) context.entities.set(operation.saveResultAsEntity, result);
  return undefined;
}

/** A transaction that a case left open would keep the next from dropping its collections. */
async function endTransactions(own: MongoClient): Promise<void> {
  try {
    await own.db('admin').command({ killAllSessions: [] });
  } catch (error) {
    // The command ends the session it was sent in as well.
    if (!(error instanceof MongoServerError && error.code === INTERRUPTED)) throw error;
  }
}
const INTERRUPTED = 11601;

async function turnOff(own: MongoClient, failPoints: ReadonlySet<string>): Promise<void> {
  for (const name of failPoints) await own.db('admin').command({ configureFailPoint: name, mode: 'off' });
}
