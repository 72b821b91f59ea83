export { LegacyDatabase, type LegacyDatabaseOptions } from './connection/legacy-database';
export { PrefixHandler } from './handler/prefix-handler';
export { BranchNames, type NameMap } from './names/branch-names';
export { literally } from './names/literally';
export { prefixedNames } from './names/prefixed-names';
export { prefixOf, Prefixes } from './names/prefixes';
export { rewritePipeline } from './rewrite/pipeline';
export { BranchDirectory, type BranchDirectoryOptions } from './service/branch-directory';
export type { LegacyBranch } from './service/branch-records';
export { claim, type HeldClaim } from './service/claims';
export type { CreateTraditionalOptions, TraditionalBranch } from './service/contract';
export { type Filling, LegacyBranchService } from './service/legacy-branch-service';
export { finishedIndexes } from './service/finished-indexes';
export { batches, run } from './service/raw-commands';
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
