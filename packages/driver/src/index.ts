export type {
  Branch,
  BranchOptions,
  BranchPoint,
  ChangeCounts,
  ConflictOptions,
  HeadOption,
  HistoryChange,
  HistoryCursor,
  HistoryOptions,
  MergeOptions,
  MergeResult,
  RestoreOptions,
  RestorePoint,
  RestorePreview,
  RestoreResult,
  Tag,
  UndoOptions,
  UndoResult,
  When,
} from './branch/contract';
export { OtherProjectError } from './branch/errors';
export { ArgonClient, type ArgonClientOptions } from './client/argon-client';
export type { ArgonCollection } from './client/argon-collection';
export { ArgonDb } from './client/argon-db';
export {
  openBackend,
  type Backend,
  type BackendOptions,
  type LegacyOptions,
  type StoreLike,
} from './client/backend';
export type { DatabaseDifference, DiffOptions } from './diff/database-diff';
export { NoEngineError } from './diff/errors';
export { InvalidMomentError } from './moment/errors';
