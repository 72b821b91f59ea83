import type { CommandDefinition } from '../cli/definition';
import { blame } from './blame';
import { branchCreate } from './branch/create';
import { branchDelete } from './branch/delete';
import { branchInfo } from './branch/info';
import { branchList } from './branch/list';
import { branchProtect } from './branch/protect';
import { branchRename } from './branch/rename';
import { branchReset } from './branch/reset';
import { checkout } from './checkout';
import { cherryPick } from './cherry-pick';
import { completion } from './completion';
import { configGet } from './config/get';
import { configList } from './config/list';
import { configSet } from './config/set';
import { diff } from './diff';
import { exportCommand } from './export';
import { find } from './find';
import { history } from './history';
import { importCommand } from './import';
import { init } from './init';
import { merge } from './merge';
import { migrateDualWrite } from './migrate/dual-write';
import { migrateFinish } from './migrate/finish';
import { migratePlan } from './migrate/plan';
import { migrateRollback } from './migrate/rollback';
import { migrateRun } from './migrate/run';
import { migrateShadowReads } from './migrate/shadow-reads';
import { migrateStatus } from './migrate/status';
import { mirror } from './mirror';
import { patchApply } from './patch/apply';
import { projectCreate } from './project/create';
import { projectDelete } from './project/delete';
import { projectList } from './project/list';
import { rebase } from './rebase';
import { recover } from './recover';
import { restore } from './restore';
import { restorePoints } from './restore-points';
import { revert } from './revert';
import { rolloutAdvance } from './rollout/advance';
import { rolloutBack } from './rollout/back';
import { rolloutStatus } from './rollout/status';
import { run } from './run';
import { serve } from './serve';
import { status } from './status';
import { tag } from './tag';
import { undo } from './undo';
import { timeTravel } from './time-travel';
import { use } from './use';
import { userCreate } from './user/create';
import { userDelete } from './user/delete';
import { userList } from './user/list';
import { userUpdate } from './user/update';
import { verifyCopy } from './verify-copy';
import { walCompact } from './wal/compact';
import { walExport } from './wal/export';
import { walImport } from './wal/import';
import { walKeep } from './wal/keep';
import { walPerf } from './wal/perf';
import { walPinCreate } from './wal/pin/create';
import { walPinDelete } from './wal/pin/delete';
import { walPinList } from './wal/pin/list';
import { walSnapshot } from './wal/snapshot';
import { walStats } from './wal/stats';
import { walStorage } from './wal/storage';
import { walVerify } from './wal/verify';

/** Words that have commands below them. */
export const GROUPS: Readonly<
  Record<string, { readonly aliases: readonly string[]; readonly summary: string }>
> = {
  project: { aliases: ['projects'], summary: 'make, list and delete projects' },
  branch: { aliases: ['branches'], summary: 'make, list, reset and delete branches' },
  user: { aliases: ['users'], summary: 'who may log in at `argon serve`' },
  patch: { aliases: ['patches'], summary: 'apply differences of states' },
  wal: { aliases: [], summary: 'look after the log: what is kept of it, snapshots' },
  'wal pin': { aliases: ['pins'], summary: 'moments that stay readable whatever is compacted' },
  migrate: { aliases: [], summary: 'move branches of a legacy database into the log, and back' },
  rollout: { aliases: [], summary: 'take the log into use phase by phase, beside a legacy database' },
  config: { aliases: [], summary: 'read and change settings' },
};

/** Every command, in the order in which help lists them. */
export const COMMANDS: readonly CommandDefinition[] = [
  init,
  status,
  use,
  projectCreate,
  projectList,
  projectDelete,
  branchCreate,
  branchList,
  branchInfo,
  branchRename,
  branchProtect,
  branchReset,
  branchDelete,
  merge,
  rebase,
  cherryPick,
  restore,
  undo,
  revert,
  restorePoints,
  tag,
  serve,
  userCreate,
  userList,
  userUpdate,
  userDelete,
  importCommand,
  mirror,
  exportCommand,
  checkout,
  verifyCopy,
  find,
  timeTravel,
  diff,
  patchApply,
  run,
  history,
  blame,
  recover,
  walCompact,
  walKeep,
  walPinCreate,
  walPinList,
  walPinDelete,
  walSnapshot,
  walVerify,
  walStats,
  walStorage,
  walPerf,
  walExport,
  walImport,
  migratePlan,
  migrateDualWrite,
  migrateShadowReads,
  migrateRun,
  migrateStatus,
  migrateRollback,
  migrateFinish,
  rolloutStatus,
  rolloutAdvance,
  rolloutBack,
  configGet,
  configSet,
  configList,
  completion,
];
