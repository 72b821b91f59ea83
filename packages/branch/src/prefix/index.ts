export { LegacyDatabase, type LegacyDatabaseOptions } from './connection/legacy-database';
export { PrefixHandler } from './handler/prefix-handler';
export { prefixOf, Prefixes } from './names/prefixes';
export { BranchDirectory, type BranchDirectoryOptions } from './service/branch-directory';
export type { LegacyBranch } from './service/branch-records';
export type { CreateTraditionalOptions, TraditionalBranch } from './service/contract';
export { LegacyBranchService } from './service/legacy-branch-service';
export {
  BranchBusyError,
  LegacyAddressError,
  LegacyProjectsError,
  LegacyServerError,
  LegacyUnreachableError,
  NotTraditionalError,
  PrefixAmbiguousError,
  PrefixTakenError,
  UncopiableError,
  WalOnlyError,
} from './errors';
