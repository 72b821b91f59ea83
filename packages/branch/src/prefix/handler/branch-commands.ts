import type { BranchCommand } from './contract';
import { dbStats } from './db-stats';
import { dropDatabase } from './drop-database';
import { listCollections } from './list-collections';

/** Commands about a branch as a whole, where mongod's own would tell of the whole database. */
export const BRANCH_COMMANDS: ReadonlyMap<string, BranchCommand> = new Map([
  ['dbStats', dbStats],
  ['dbstats', dbStats],
  ['dropDatabase', dropDatabase],
  ['listCollections', listCollections],
]);
