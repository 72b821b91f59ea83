import type { CommandDocument } from '../handler/contract';
import { CommandError } from '../handler/errors';
import { readReadConcern } from './read-concern';

const LEVELS = new Set<string | undefined>([undefined, 'local', 'majority', 'snapshot']);

/** Where in a transaction concerns may stand. @throws CommandError as mongod does */
export function checkConcernsInTransaction(command: CommandDocument, starts: boolean, ends: boolean): void {
  if (!ends && command.has('writeConcern')) {
    throw new CommandError(
      'InvalidOptions',
      'writeConcern is not allowed within a multi-statement transaction',
    );
  }
  if (!command.has('readConcern')) return;
  const concern = readReadConcern(command);
  if (!starts && (concern.level !== undefined || concern.afterClusterTime !== undefined)) {
    throw new CommandError(
      'InvalidOptions',
      'Only the first command in a transaction may specify a readConcern',
    );
  }
  if (!LEVELS.has(concern.level)) {
    throw new CommandError(
      'InvalidOptions',
      "The readConcern level must be either 'local' (default), 'majority' or 'snapshot' in order to run in a transaction",
    );
  }
}
