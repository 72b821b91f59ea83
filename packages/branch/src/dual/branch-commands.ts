import type { CommandDefinition } from '@argon/engine';
import { branchCommands } from '../commands/branches';
import type { DualBranchService } from './dual-branch-service';

/** `argonCreateBranch`, `argonListBranches`, `argonDeleteBranch` over branches of both types. */
export function dualCommands(service: DualBranchService): ReadonlyMap<string, CommandDefinition> {
  return new Map(branchCommands(() => service).map((command) => [command.name, command]));
}
