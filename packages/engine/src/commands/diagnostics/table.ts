import type { CommandDefinition } from '../definition';
import {
  profileCommand,
  fsyncCommand,
  fsyncUnlockCommand,
  getDefaultRWConcernCommand,
  setDefaultRWConcernCommand,
} from './administration';
import { collStatsCommand } from './coll-stats';
import { currentOpCommand, killOpCommand } from './current-op';
import { dataSizeCommand } from './data-size';
import { dbStatsCommand } from './db-stats';
import {
  hostInfoCommand,
  getLogCommand,
  getCmdLineOptsCommand,
  whatsMyUriCommand,
  getFreeMonitoringStatusCommand,
  lockInfoCommand,
} from './host';
import { getParameterCommand, setParameterCommand } from './parameters';
import {
  planCacheClearCommand,
  planCacheClearFiltersCommand,
  planCacheListFiltersCommand,
} from './plan-cache';
import { refusedCommands, getLastErrorCommand } from './refused';
import { replSetGetStatusCommand, replSetGetConfigCommand } from './replica-set';
import { serverStatusCommand } from './server-status';
import { validateCommand } from './validate';

/** What tells of the server, its collections and their state. */
export const DIAGNOSTICS: readonly CommandDefinition[] = [
  profileCommand,
  fsyncCommand,
  fsyncUnlockCommand,
  getDefaultRWConcernCommand,
  setDefaultRWConcernCommand,
  collStatsCommand,
  currentOpCommand,
  killOpCommand,
  dataSizeCommand,
  dbStatsCommand,
  hostInfoCommand,
  getLogCommand,
  getCmdLineOptsCommand,
  whatsMyUriCommand,
  getFreeMonitoringStatusCommand,
  lockInfoCommand,
  getParameterCommand,
  setParameterCommand,
  planCacheClearCommand,
  planCacheClearFiltersCommand,
  planCacheListFiltersCommand,
  ...refusedCommands,
  getLastErrorCommand,
  replSetGetStatusCommand,
  replSetGetConfigCommand,
  serverStatusCommand,
  validateCommand,
];
