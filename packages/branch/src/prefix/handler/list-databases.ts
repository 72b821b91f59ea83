import { type Doc, type Value } from '@argon/bson';
import {
  CommandError,
  compileFilter,
  formatAddress,
  okReply,
  type CommandDocument,
  type Reply,
} from '@argon/engine';
import type { BranchDirectory } from '../service/branch-directory';
import { sumsOf } from './db-stats';

/** Every traditional branch that holds collections, as a database: `shop`, `shop~feature`. */
export async function listDatabases(command: CommandDocument, directory: BranchDirectory): Promise<Reply> {
  if (command.database !== 'admin') {
    throw new CommandError('Unauthorized', 'listDatabases may only be run against the admin database.');
  }
  const { branches, prefixes } = await directory.refresh();
  const filter = command.get('filter');
  const matcher = filter instanceof Map ? compileFilter(filter, { now: new Date() }) : undefined;
  const databases: Doc[] = [];
  let total = 0;
  for (const branch of [...branches.values()].filter(({ useWal }) => !useWal)) {
    const sums = await sumsOf(directory.database, prefixes, branch.name);
    if (sums.collections + sums.views === 0) continue;
    const size = sums.storageSize + sums.indexSize;
    const described = new Map<string, Value>([
      ['name', formatAddress({ project: directory.project, branch: branch.name })],
      ['sizeOnDisk', size],
      ['empty', false],
    ]);
    if (matcher !== undefined && !matcher.matches(described)) continue;
    databases.push(described);
    total += size;
  }
  databases.sort((a, b) => ((a.get('name') as string) < (b.get('name') as string) ? -1 : 1));
  if (command.get('nameOnly') === true) {
    return okReply({ databases: databases.map((each) => new Map([['name', each.get('name')!]])) });
  }
  return okReply({ databases, totalSize: total, totalSizeMb: Math.floor(total / 1024 / 1024) });
}
