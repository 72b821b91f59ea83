import { branchOrCopyScenario } from './branch-or-copy';
import { bulkImportScenario } from './bulk-import';
import { byTypeScenario } from './by-type';
import { cacheHitRateScenario } from './cache-hit-rate';
import { createBranchScenario } from './create-branch';
import { crudScenario } from './crud';
import { diffScenario } from './diff';
import { firstQueryScenario } from './first-query';
import { historyScenario } from './history';
import { idleConnectionsScenario } from './idle-connections';
import { indexInThePastScenario } from './index-in-the-past';
import { logGrowthScenario } from './log-growth';
import { memoryScenario } from './memory';
import { mergeScenario } from './merge';
import { migrationScenario } from './migration';
import { mirrorLagScenario } from './mirror-lag';
import { openStoreScenario } from './open-store';
import { queriesScenario } from './queries';
import { queryThePastScenario } from './query-the-past';
import { readThePastScenario } from './read-the-past';
import { resetScenario } from './reset';
import type { Scenario } from './scenario';
import { snapshotScenario } from './snapshot';
import { storeSizeScenario } from './store-size';
import { tenBranchesScenario } from './ten-branches';
import { timeToLsnScenario } from './time-to-lsn';
import { wireScenario } from './wire';

/** Every scenario, in the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [
  createBranchScenario,
  branchOrCopyScenario,
  firstQueryScenario,
  openStoreScenario,
  readThePastScenario,
  queryThePastScenario,
  indexInThePastScenario,
  timeToLsnScenario,
  resetScenario,
  diffScenario,
  mergeScenario,
  historyScenario,
  tenBranchesScenario,
  storeSizeScenario,
  logGrowthScenario,
  memoryScenario,
  cacheHitRateScenario,
  snapshotScenario,
  bulkImportScenario,
  crudScenario,
  wireScenario,
  idleConnectionsScenario,
  queriesScenario,
  byTypeScenario,
  migrationScenario,
  mirrorLagScenario,
];
