import { aggregateCommand } from './aggregate';
import { bulkWriteCommand } from './bulk-write/bulk-write';
import { collModCommand } from './coll-mod';
import { cloneCollectionAsCappedCommand, convertToCappedCommand } from './convert-to-capped';
import { configureFailPointCommand } from './configure-fail-point';
import { countCommand } from './count';
import { createCommand } from './create';
import type { CommandDefinition } from './definition';
import { deleteCommand } from './delete';
import { DIAGNOSTICS } from './diagnostics/table';
import { distinctCommand } from './distinct';
import { dropCommand, dropDatabaseCommand } from './drop';
import { explainCommand } from './explain';
import { findCommand } from './find';
import { findAndModifyCommand } from './find-and-modify';
import { getMoreCommand, killCursorsCommand } from './get-more';
import {
  buildInfoCommand,
  connectionStatusCommand,
  helloCommand,
  isMasterCommand,
  pingCommand,
} from './hello';
import { createIndexesCommand, dropIndexesCommand } from './indexes';
import { insertCommand } from './insert';
import { listCollectionsCommand, listDatabasesCommand, listIndexesCommand } from './list';
import { listCommands } from './list-commands';
import { renameCollectionCommand } from './rename-collection';
import {
  endSessions,
  killAllSessions,
  killAllSessionsByPattern,
  killSessions,
  refreshSessions,
  startSession,
} from './session-commands';
import { abortTransactionCommand, commitTransactionCommand } from './transaction-commands';
import { updateCommand } from './update';

/** Every command the engine knows. */
const COMMANDS: readonly CommandDefinition[] = [
  bulkWriteCommand,
  ...DIAGNOSTICS,
  listCommands(() => COMMANDS),
  abortTransactionCommand,
  aggregateCommand,
  buildInfoCommand,
  cloneCollectionAsCappedCommand,
  collModCommand,
  commitTransactionCommand,
  configureFailPointCommand,
  connectionStatusCommand,
  convertToCappedCommand,
  countCommand,
  createCommand,
  createIndexesCommand,
  deleteCommand,
  distinctCommand,
  dropCommand,
  dropDatabaseCommand,
  dropIndexesCommand,
  endSessions,
  explainCommand,
  findAndModifyCommand,
  findCommand,
  getMoreCommand,
  helloCommand,
  insertCommand,
  isMasterCommand,
  killAllSessions,
  killAllSessionsByPattern,
  killCursorsCommand,
  killSessions,
  listCollectionsCommand,
  listDatabasesCommand,
  listIndexesCommand,
  pingCommand,
  refreshSessions,
  renameCollectionCommand,
  startSession,
  updateCommand,
];

const BY_NAME = new Map(
  COMMANDS.flatMap((command) => [command.name, ...command.aliases].map((name) => [name, command])),
);

/** The command of this name, in any of its spellings. */
export function commandNamed(name: string): CommandDefinition | undefined {
  return BY_NAME.get(name);
}
