import { formatAddress } from '@argon/engine';
import { BranchNotFoundError } from '@argon/wal';
import type { BranchDirectory } from '../service/branch-directory';
import { BranchNames } from './branch-names';

/** How a branch's collections are called, by the prefixes that are known now. @throws BranchNotFoundError */
export async function prefixedNames(directory: BranchDirectory, branch: string): Promise<BranchNames> {
  const { branches, prefixes } = await directory.refresh();
  if (!branches.has(branch)) throw new BranchNotFoundError(branch);
  const shown = formatAddress({ project: directory.project, branch });
  return new BranchNames(branch, prefixes, shown, directory.database.name);
}
