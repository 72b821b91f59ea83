export { Materializer } from './materializer';
export type {
  BranchCompaction,
  CompactOptions,
  CompactProgress,
  CompactReport,
  CompactTarget,
} from './compaction/contract';
export type { MaterializerOptions, MaterializerStats } from './options';
export type {
  AppliedEntry,
  BranchState,
  CollectionCatalog,
  CollectionState,
  IndexDefinition,
  RecordRef,
  ScanOptions,
} from './state/contract';
export type { RecordDifference } from './diff/collection-diff';
export type { Repair, StateProblem, VerifyStatesOptions, VerifyStatesReport } from './verify/contract';
export type { BranchChunks, ChunkCount, ChunkUse } from './storage/chunk-use';
export type { SnapshotPolicy } from './snapshot/policy';
export type { NodeStoreStats } from './tree/node-store';
export type { WarmingStats } from './warming/warmer';
export { ChunkDamagedError, ChunkMissingError, TreeInputError } from './tree/errors';
export { indexDefinition } from './state/index-definition';
export { indexKind, isWildcardPath, type IndexKind } from './state/index-kind';
export { HashedArrayError } from './index/keys/hashed-keys';
export { hashedValue } from './index/keys/element-hash';
export { arrayPathKey } from './index/keys/wildcard-keys';
export { wildcardPaths, type WildcardPaths } from './index/keys/wildcard-paths';
export type { IndexEntry, KeyRange } from './index/index-tree';
export type { IndexScanOptions, IndexView } from './index/index-view';
export {
  keyExtractor,
  type KeyExtractor,
  type KeySources,
  type KindExtractor,
  type PartialMatcher,
} from './index/key-extractor';
export { type CachedDocumentsOptions, cachedDocuments } from './cache/tier/cached-documents';
export { cachedChunkStore } from './cache/tier/cached-chunk-store';
export type { SharedCache, SharedEntry } from './cache/tier/shared-cache';
export { SharedTier, type SharedTierOptions, type SharedTierStats } from './cache/tier/shared-tier';
export {
  DocumentMissingError,
  IndexNotFoundError,
  IndexUnsupportedError,
  LogInconsistentError,
  LsnOutOfRangeError,
  MomentOutOfRangeError,
  SnapshotDamagedError,
} from './errors';
