export { type DocumentChange, type FieldPath, pathText } from './document/changes';
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
export type { Place } from './place/places';
export { ViolationError } from './steps/errors';
export { BranchRouter, type Route } from './router/branch-router';
export type { CollectionDifference, DocumentDifference, IndexDifference } from './diff/contract';
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
export { TagService, type Tag } from './restore/tag-service';
export type {
  BranchInfo,
  BranchService,
  CreateBranchOptions,
  ResetPreview,
  ResetReport,
} from './service/contract';
export { BranchProtectedError, LastBranchError, ResetBelowBaseError } from './service/errors';
export { WalBranchService } from './wal-mode/wal-branch-service';
export type { MergeConflict, MergeReport, MergeRequest } from './merge/contract';
export {
  deciderOf,
  type CatalogQuestion,
  type Decider,
  type DocumentQuestion,
  type OwnDocument,
  type Strategy,
} from './merge/decide';
export { MergeConflictError, PlanOutdatedError, UnrelatedBranchesError } from './merge/errors';
export { mergeBase, type ChainPoint } from './merge/merge-base';
export { MergeService } from './merge/merge-service';
export type { FieldConflict, Side } from './document/merge-documents';
export type { StepCounts } from './steps/apply';
export type { Watch } from './steps/watch';
export { ViolationError, type Violation } from './steps/errors';
export type {
  CatalogConflict,
  CatalogConflictStep,
  Decision,
  DocumentConflict,
  DocumentStep,
} from './steps/contract';
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
export { CollectionsMissingError } from './place/errors';
export { Places, type FoundPlace, type Place } from './place/places';
export type { PastCollection, PastState } from './time-travel/contract';
export { TimeTravelService } from './time-travel/time-travel-service';
export { CollectionDiff } from './diff/collection-diff';
export type { CollectionPair } from './diff/catalog-differences';
export type {
  CollectionDifference,
  DocumentDifference,
  DocumentVersion,
  IndexDifference,
} from './diff/contract';
export { DiffService, type Diff, type DiffPoint, type DiffRequest } from './diff/diff-service';
export { DiffProjectsError } from './diff/errors';
export type { SchemaChange } from './diff/schema-changes';
export { statOf, type CollectionStat } from './diff/stat';
export type { PatchConflict, PatchPlace, PatchReport } from './diff/patch/contract';
export { PatchConflictError, PatchFormatError } from './diff/patch/errors';
export { PatchService, type PatchRequest } from './diff/patch/patch-service';
export {
  documentChanges,
  pathText,
  type DocumentChange,
  type ElementsChange,
  type FieldChange,
  type FieldPath,
} from './document/changes';
