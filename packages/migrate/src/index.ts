export { SiteCrossing } from './cutover/site-crossing';
export type { DualWriteOptions, DualWriteStatus } from './dual-write/contract';
export type {
  BranchMigration,
  BranchPlan,
  MigrationOptions,
  MigrationPhase,
  MigrationReport,
  MigrationWatch,
} from './migration/contract';
export {
  MigrationDifferenceError,
  MigrationNotAllowedError,
  MigrationShadowReadsError,
  MigrationStateError,
} from './migration/errors';
export { MigrationService } from './migration/migration-service';
export type { CopyReport, MirrorOptions, MirrorStatus } from './mirror/contract';
export {
  MirrorBusyError,
  MirrorStoppedError,
  MirrorTargetError,
  PositionUnreadableError,
} from './mirror/errors';
export { Mirror } from './mirror/mirror';
export { mirrorStatus, type RecordedMirror } from './mirror/recorded-mirror';
export { ShadowReads } from './shadow/shadow-reads';
export type { ShadowDifference, ShadowTally } from './shadow/tally';
export { plainSite, prefixSite, type Site } from './site/site';
export { PositionLostError, SiteUnsuitableError } from './stream/errors';
export { Checkout } from './checkout/checkout';
export type { CheckoutOptions, CheckoutReport, CheckoutTarget, FollowStatus } from './checkout/contract';
export {
  CheckoutPositionLostError,
  SiteBusyError,
  SiteLostError,
  SiteNotEmptyError,
  SiteRefusedError,
} from './checkout/errors';
export type { Follower } from './checkout/follower';
export { SiteServerError } from './site/errors';
export type {
  CollectionVerification,
  DefinitionMismatch,
  DocumentMismatch,
  VerifyReport,
  VerifyRequest,
} from './verify/contract';
export { NoPositionError } from './verify/errors';
export { verify } from './verify/verify';
