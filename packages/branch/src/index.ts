export { BranchRouter, type Route } from './router/branch-router';
export type {
  BranchInfo,
  BranchService,
  CreateBranchOptions,
  ResetPreview,
  ResetReport,
} from './service/contract';
export { BranchProtectedError, LastBranchError, ResetBelowBaseError } from './service/errors';
export { WalBranchService } from './wal-mode/wal-branch-service';
