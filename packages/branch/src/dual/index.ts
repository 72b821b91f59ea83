export type {
  AnyBranch,
  AnyBranchService,
  CreateAnyOptions,
  Crossing,
  ForkRequest,
  Shadow,
} from './contract';
export { DualBranchService } from './dual-branch-service';
export { DualHandler } from './dual-handler';
export { type CrossingParts, DualMode, type DualModeOptions } from './dual-mode';
export {
  AcrossSidesError,
  LegacyNameError,
  LegacyProjectError,
  NoCrossingError,
  StandbyNameError,
  WalDisabledError,
} from './errors';
export { checkFence, Fence } from './fence';
export { legacyServiceOf } from './in-log';
export { FENCE_DEAD_AFTER, type Side, Sides } from './sides';
export { isStandbyName, servedNameOf, standbyNameOf } from './standby';
