import type { CommandDefinition } from '../commands/definition';
import { checkConcernsInTransaction } from '../concern/in-transactions';
import type { Reply } from '../handler/contract';
import type { Operation } from '../handler/operation';
import { transactionAborted, transactionCommitted } from '../transaction/errors';
import { recordedNumber } from '../transaction/recorded';
import { checkInTransaction, checkRetryable } from '../transaction/rules';
import { Transaction } from '../transaction/transaction';
import { notInProgress, convertedWrite, numberTaken, oldTransaction, oldWrite } from './number-errors';
import { readNumbered, type Numbered } from './numbered';
import { RetryableWrite } from './retryable-write';
import type { Session } from './session';
import { sessionIdOf } from './session-id';

/** Carries out what it is given: a command, as its definition says. */
type CarryOut = (definition: CommandDefinition, operation: Operation) => Promise<Reply>;

/**
 * Carries out a command of a retryable write or a transaction: one at a time of each session, each number once.
 * @throws CommandError as mongod does
 */
export async function conduct(
  definition: CommandDefinition,
  operation: Operation,
  carryOut: CarryOut,
): Promise<Reply> {
  const numbered = readNumbered(operation.command);
  const session = operation.session!;
  const { name } = definition;
  if (numbered.isTransaction) {
    checkInTransaction(name, operation.database, numbered.starts);
    checkConcernsInTransaction(operation.command, numbered.starts, isEnding(name));
  } else {
    checkRetryable(name);
  }
  const turn = session.take();
  if (turn !== undefined) await turn;
  try {
    if (!numbered.isTransaction) {
      operation.retryable = startWrite(operation, session, numbered);
      return await carryOut(definition, operation);
    }
    operation.transaction = await transactionOf(operation, session, numbered, name);
    return isEnding(name)
      ? await carryOut(definition, operation)
      : await within(operation.transaction, definition, operation, carryOut);
  } finally {
    session.release();
  }
}

function isEnding(name: string): boolean {
  return name === 'commitTransaction' || name === 'abortTransaction';
}

/** What fails ends the transaction. */
async function within(
  transaction: Transaction,
  definition: CommandDefinition,
  operation: Operation,
  carryOut: CarryOut,
): Promise<Reply> {
  let succeeded = false;
  try {
    const reply = await carryOut(definition, operation);
    if (!transaction.isOpen) throw transactionAborted(transaction.txnNumber);
    succeeded = !reply.has('writeErrors');
    return reply;
  } finally {
    if (!succeeded) transaction.finish('aborted');
  }
}

function startWrite(operation: Operation, session: Session, { txnNumber }: Numbered): RetryableWrite {
  if (txnNumber < session.txnNumber) {
    throw oldWrite(session, txnNumber, session.txnNumber, session.transaction !== undefined);
  }
  if (txnNumber > session.txnNumber) {
    session.transaction?.finish('aborted');
    session.transaction = undefined;
    session.txnNumber = txnNumber;
  } else if (session.transaction !== undefined) {
    throw convertedWrite();
  }
  const { command, context, engine } = operation;
  const sessionId = sessionIdOf(command)!;
  const isLocal = context.isLocal === true;
  return new RetryableWrite(session, sessionId, txnNumber, isLocal, command, engine.store);
}

async function transactionOf(
  operation: Operation,
  session: Session,
  { txnNumber, starts }: Numbered,
  name: string,
): Promise<Transaction> {
  const { engine } = operation;
  if (txnNumber < session.txnNumber) throw oldTransaction(session, txnNumber);
  if (starts) {
    if (txnNumber === session.txnNumber) throw numberTaken();
    session.transaction?.finish('aborted');
    session.txnNumber = txnNumber;
    const transaction = new Transaction(engine, session, txnNumber);
    session.transaction = transaction;
    engine.transactions.add(transaction);
    return transaction;
  }
  const present = txnNumber === session.txnNumber ? session.transaction : undefined;
  if (present === undefined) {
    const recorded = isEnding(name) && (await isRecorded(operation, session, txnNumber));
    if (!recorded) throw notInProgress(session, txnNumber);
    const transaction = new Transaction(engine, session, txnNumber);
    transaction.finish('committed');
    session.txnNumber = txnNumber;
    session.transaction = transaction;
  }
  const transaction = present ?? session.transaction!;
  if (transaction.isCommitted && name !== 'commitTransaction') throw transactionCommitted(txnNumber);
  if (!transaction.isOpen && !transaction.isCommitted) throw transactionAborted(txnNumber);
  return transaction;
}

/** Whether the log tells that another process, or this one before it was started anew, committed the transaction. */
async function isRecorded(operation: Operation, session: Session, txnNumber: number): Promise<boolean> {
  if (operation.context.isLocal === true) return false;
  const newest = await recordedNumber(operation.engine, session.key);
  if (newest === undefined || newest.txnNumber < txnNumber) return false;
  if (newest.txnNumber > txnNumber) {
    throw oldTransaction(session, txnNumber, newest.txnNumber, newest.isTransaction);
  }
  return newest.isTransaction;
}
