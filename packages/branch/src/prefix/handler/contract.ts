import type { CommandContext, CommandDocument, Reply } from '@argon/engine';
import type { LegacyDatabase } from '../connection/legacy-database';
import type { BranchNames } from '../names/branch-names';

/** A command on one branch, which is more than its names turned. */
export interface BranchOperation {
  readonly command: CommandDocument;
  readonly context: CommandContext;
  readonly names: BranchNames;
  readonly database: LegacyDatabase;
}

export type BranchCommand = (operation: BranchOperation) => Promise<Reply>;
