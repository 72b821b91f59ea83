export { ArgonHandler } from './commands/argon-handler';
export { differenceDocument } from './commands/diff-document';
export type { CollectionPair } from './diff/catalog-differences';
export { CollectionDiff } from './diff/collection-diff';
export type {
  CollectionDifference,
  DocumentDifference,
  DocumentVersion,
  IndexDifference,
} from './diff/contract';
export { type Diff, type DiffPoint, type DiffRequest, DiffService } from './diff/diff-service';
export { DiffProjectsError } from './diff/errors';
export type { PatchConflict, PatchPlace, PatchReport } from './diff/patch/contract';
export { PatchConflictError, PatchFormatError } from './diff/patch/errors';
export { type PatchRequest, PatchService } from './diff/patch/patch-service';
export type { SchemaChange } from './diff/schema-changes';
export { type CollectionStat, statOf } from './diff/stat';
export {
  type DocumentChange,
  documentChanges,
  type ElementsChange,
  type FieldChange,
  type FieldPath,
  pathText,
} from './document/changes';
export type { FieldConflict, Side } from './document/merge-documents';
export { FlagValueError } from './flags/errors';
export {
  type BranchType,
  DEFAULT_FLAGS,
  type Flags,
  mayMigrate,
  rolloutShare,
  typeOfNew,
} from './flags/flags';
export {
  FLAG_DEFINITIONS,
  type FlagDefinition,
  flagsOfEnvironment,
  readFlags,
  type WrittenFlag,
  type WrittenFlags,
} from './flags/read-flags';
export type {
  BlamedField,
  BlameRequest,
  ChangesRequest,
  DeletedRequest,
  FollowRequest,
  LostDocument,
  RecoverReport,
  RecoverRequest,
  VersionsRequest,
} from './history/contract';
export { DocumentNotFoundError } from './history/errors';
export { HistoryService } from './history/history-service';
export type { LoggedChange } from './history/logged-change';
export type { MergeConflict, MergeReport, MergeRequest } from './merge/contract';
export {
  type CatalogQuestion,
  type Decider,
  deciderOf,
  type DocumentQuestion,
  type DocumentSide,
  type OwnDocument,
  type Strategy,
} from './merge/decide';
export { MergeConflictError, UnrelatedBranchesError } from './merge/errors';
export { type ChainPoint, mergeBase } from './merge/merge-base';
export { MergeService } from './merge/merge-service';
export { PlanFormatError } from './merge/plan/errors';
export { readMergePlan } from './merge/plan/read-plan';
export type { CherryPickReport, CherryPickRequest } from './pick/contract';
export {
  CherryPickCommitNotFoundError,
  CherryPickConflictError,
  CherryPickRequestError,
} from './pick/errors';
export { PickService } from './pick/pick-service';
export { CollectionsMissingError } from './place/errors';
export { type FoundPlace, type Place, Places } from './place/places';
export type { CommitsAt } from './place/spans';
export { NoParentError } from './rebase/errors';
export { type RebaseRequest, RebaseService } from './rebase/rebase-service';
export type {
  CollectionRestore,
  RestorePoint,
  RestorePreview,
  RestoreReport,
  RestoreRequest,
  RestoreSample,
  RestoreTarget,
} from './restore/contract';
export {
  RestoreCollectionNotFoundError,
  RestoreNameTakenError,
  TagElsewhereError,
  TagExistsError,
  TagNameReservedError,
  TagNotFoundError,
} from './restore/errors';
export { RestoreService } from './restore/restore-service';
export { type Tag, TagService } from './restore/tag-service';
export { BranchRouter, type Route } from './router/branch-router';
export type {
  BranchInfo,
  BranchService,
  CreateBranchOptions,
  ResetPreview,
  ResetReport,
} from './service/contract';
export { BranchProtectedError, LastBranchError, NoLegacyError, ResetBelowBaseError } from './service/errors';
export type { StepCounts } from './steps/apply';
export type {
  CatalogConflict,
  CatalogConflictStep,
  CatalogSides,
  Decision,
  DocumentConflict,
  DocumentStep,
} from './steps/contract';
export { type Violation, PlanOutdatedError, ViolationError } from './steps/errors';
export type { Watch } from './steps/watch';
export type { Amount, BranchStorage, CollectionStorage, LoggedStorage } from './storage/contract';
export { StorageService } from './storage/storage-service';
export { WalOnlyError } from './prefix/errors';
export type { PastCollection, PastState } from './time-travel/contract';
export { TimeTravelService } from './time-travel/time-travel-service';
export type {
  ActorFilter,
  LeftChange,
  UndoConflict,
  UndoReport,
  UndoRequest,
  UndoTarget,
} from './undo/contract';
export { NoRestoreError, UndoCommitNotFoundError, UndoConflictError, UndoRequestError } from './undo/errors';
export { UndoService } from './undo/undo-service';
export { WalBranchService } from './wal-mode/wal-branch-service';
export type {
  ExportRequest,
  ImportReport,
  ImportRequest,
  TransferCommit,
  TransferEntry,
  TransferHeader,
} from './transfer/contract';
export {
  TransferAdoptionError,
  TransferDisturbedError,
  TransferFormatError,
  TransferMismatchError,
  TransferRangeError,
} from './transfer/errors';
export { exportLog } from './transfer/export-log';
export { importLog } from './transfer/import-log';
