import { bsonTypeName, Long, type Value } from '@argon/bson';
import type { CommandDocument } from '../handler/contract';
import { CommandError } from '../handler/errors';

/** What a command says of the write or transaction that it belongs to. */
export interface Numbered {
  readonly txnNumber: number;
  readonly isTransaction: boolean;
  readonly starts: boolean;
}

/** Whether a command belongs to a retryable write or a transaction, or says so wrongly. */
export function isNumbered(command: CommandDocument): boolean {
  return command.has('txnNumber') || command.has('autocommit') || command.has('startTransaction');
}

/** @throws CommandError as mongod does */
export function readNumbered(command: CommandDocument): Numbered {
  const txnNumber = number(command.get('txnNumber'));
  const autocommit = flag('autocommit', command.get('autocommit'));
  const starts = flag('startTransaction', command.get('startTransaction'));
  if (txnNumber === undefined) {
    if (autocommit !== undefined) throw needs("'autocommit' field", 'a transaction number');
    throw needs("'startTransaction' field", "'autocommit' field");
  }
  if (!command.has('lsid')) throw needs('Transaction number', 'a session ID');
  if (txnNumber < 0) throw new CommandError('InvalidOptions', 'Transaction number cannot be negative');
  if (!Number.isSafeInteger(txnNumber)) {
    throw new CommandError('InvalidOptions', 'Transaction numbers beyond 2^53 are not supported');
  }
  if (autocommit === true)
    throw new CommandError('InvalidOptions', 'Specifying autocommit=true is not allowed.');
  if (starts === false) {
    throw new CommandError('InvalidOptions', 'Specifying startTransaction=false is not allowed.');
  }
  if (starts === true && autocommit === undefined)
    throw needs("'startTransaction' field", "'autocommit' field");
  return { txnNumber, isTransaction: autocommit === false, starts: starts === true };
}

function number(value: Value | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value instanceof Long) return value.toNumber();
  if (typeof value === 'bigint') return Number(value);
  throw wrongType('txnNumber', value, 'long');
}

function flag(field: string, value: Value | undefined): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw wrongType(field, value, 'bool');
}

function wrongType(field: string, value: Value, expected: string): CommandError {
  return new CommandError(
    'TypeMismatch',
    `BSON field 'OperationSessionInfo.${field}' is the wrong type '${bsonTypeName(value)}', expected type '${expected}'`,
  );
}

function needs(what: string, other: string): CommandError {
  const verb = what.startsWith("'") ? `${what} requires ${other}` : `${what} requires ${other}`;
  return new CommandError('InvalidOptions', `${verb} to also be specified`);
}
