export { ArgonError, type ErrorData } from './errors';
export {
  type Actor,
  type CatalogOperation,
  type Commit,
  type DocumentOperation,
  type DraftCommit,
  type DraftEntry,
  type Entry,
  type Lsn,
  type Operation,
  type RefOperation,
  type UpdateForm,
  MAX_LSN,
  NOBODY,
  PROVISIONAL_BASE,
  isProvisional,
  provisionalLsn,
  settleLsn,
} from './entry/entry';
export { type UnsealedEntry, decodeEntry, encodeEntry, entryChecksum, verifyEntry } from './entry/codec';
export { EmptyCommitError, EntryFormatError } from './entry/errors';
export { isCatalogOperation, isDocumentOperation, isRefOperation } from './entry/operations';
export { type Unsettled, countEntries, settleCommits } from './entry/settle';
export { type ChainStats, type ChainStatsOptions, type EntryCount, chainStats } from './log/log-stats';
export { type VerifyOptions, type VerifyProblem, type VerifyReport, verifyStore } from './log/verify';
export {
  type ResetArgument,
  branchDeletion,
  branchMerge,
  branchReset,
  controlEntry,
  resetArgument,
} from './refs/control-entries';
export {
  BranchExistsError,
  BranchNotFoundError,
  CompactionUnsupportedError,
  InvalidForkPointError,
  InvalidHorizonError,
  InvalidNameError,
  InvalidPolicyError,
  InvalidResetError,
  LsnBelowHorizonError,
  PinExistsError,
  PinNotFoundError,
  ProjectExistsError,
  ProjectNotFoundError,
  SourceTooLargeError,
} from './refs/errors';
export { holderOf } from './refs/holder';
export {
  SYSTEM_PROJECT,
  validateBranchName,
  validateCollectionName,
  validateProjectName,
} from './refs/names';
export { type Absence, type Sighting, findBranch, lookAtBranch } from './refs/look-at-branch';
export type { BranchRecord, LiveBranch, Merge, ProjectRecord, Reset } from './refs/records';
export {
  type KeepPolicy,
  MOST_DAYS,
  type Pin,
  type Retention,
  isRetained,
  namedPin,
  retentionOf,
} from './refs/retention';
export { type BranchLookup, type TimelineSegment, Timeline, timelineAt } from './refs/timeline';
export {
  NotAStoreError,
  StandaloneServerError,
  StoreAccessError,
  StoreClosedError,
  StoreCorruptError,
  StoreFullError,
  StoreIoError,
  StoreLockedError,
  StoreModuleMissingError,
  StoreNotFoundError,
  StoreVersionError,
  UnknownStoreAddressError,
} from './store/errors';
export { chunkHash } from './store/chunk-hash';
export {
  type Chunk,
  type ChunkHash,
  type ChunkStore,
  HOT_LIST_BYTES,
  type SnapshotRecord,
  type SnapshotStore,
  type StoredChunk,
} from './store/chunks';
export { PERF_BYTES, PERF_PROCESSES, PERF_SLOTS, type PerfRecord, type PerfStore } from './store/perf';
export { type OpenStoreOptions, openStore } from './store/open';
export type {
  AppendRequest,
  AppendResult,
  BranchChange,
  CreateBranchRequest,
  CreateProjectRequest,
  EntryRewrite,
  Head,
  LogRange,
  MaybePromise,
  Store,
  StoreSupports,
} from './store/store';
export { Pacer } from './pacing/pacer';
