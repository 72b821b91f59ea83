import type { Doc, Timestamp, Value } from '@argon/bson';
import type { Operation } from '../handler/operation';
import { isNumbered } from '../session/numbered';
import { checkReadConcern, readReadConcern } from './read-concern';
import { readWriteConcern, writeConcernError } from './write-concern';

/**
 * Checks what a command asks of reads and writes, and tells the operation at what time it reads.
 * @returns what the reply says of a write concern that cannot be satisfied
 * @throws CommandError as mongod does
 */
export function readConcerns(operation: Operation, name: string): Doc | undefined {
  const { command, engine } = operation;
  if (command.has('$clusterTime')) {
    const brought = command.raw('$clusterTime');
    if (brought === undefined || !engine.clock.isKnown(brought)) {
      engine.clock.bring(command.get('$clusterTime') as Value);
    }
  }
  if (command.has('readConcern')) {
    const inTransaction = isNumbered(command) && command.has('autocommit');
    const concern = readReadConcern(command);
    checkReadConcern(name, concern, engine.clock.now, inTransaction);
    if (concern.level === 'snapshot' && !inTransaction) operation.snapshot = { at: concern.atClusterTime };
  }
  if (!command.has('writeConcern') || (command.has('autocommit') && !name.endsWith('Transaction')))
    return undefined;
  return writeConcernError(readWriteConcern(command, name));
}

/** That a command reads at one time, which is given, or chosen with its first look. */
export interface SnapshotRead {
  at: Timestamp | undefined;
}
