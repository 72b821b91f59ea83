import type { CommandDefinition } from '@argon/engine';
import { WalBranchService } from '../wal-mode/wal-branch-service';
import { branchCommands } from './branches';
import { diffCommand } from './diff';
import { historyCommand } from './history';
import { mergeCommand } from './merge';
import { listRestorePointsCommand, restoreCommand } from './restore';
import { deleteTagCommand, listTagsCommand, tagCommand } from './tags';
import { undoCommand } from './undo';

const COMMANDS: readonly CommandDefinition[] = [
  ...branchCommands(({ engine }) => new WalBranchService(engine.store, engine.materializer)),
  deleteTagCommand,
  diffCommand,
  historyCommand,
  listRestorePointsCommand,
  listTagsCommand,
  mergeCommand,
  restoreCommand,
  tagCommand,
  undoCommand,
];

/** Argon's own commands, by name. */
export const ARGON_COMMANDS: ReadonlyMap<string, CommandDefinition> = new Map(
  COMMANDS.map((command) => [command.name, command]),
);
