export { anyBranchSuite } from './branches/any-branch-suite';
export { openDualStage, type DualStage } from './branches/dual-stage';
export type { OpenedStage } from './branches/log-stage';
export type { BranchStage, BranchesUnderTest, BranchSubject } from './branches/subject';
export { openIndexBuild } from './index-build';
