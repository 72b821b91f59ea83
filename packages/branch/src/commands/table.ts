import type { CommandDefinition } from '@argon/engine';
import { createBranchCommand, deleteBranchCommand, listBranchesCommand } from './branches';
import { diffCommand } from './diff';
import { historyCommand } from './history';
import { mergeCommand } from './merge';
import { listRestorePointsCommand, restoreCommand } from './restore';
import { deleteTagCommand, listTagsCommand, tagCommand } from './tags';
import { undoCommand } from './undo';

const COMMANDS: readonly CommandDefinition[] = [
  createBranchCommand,
  deleteBranchCommand,
  deleteTagCommand,
  diffCommand,
  historyCommand,
  listBranchesCommand,
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
