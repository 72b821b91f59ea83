import { FlagValueError } from './errors';
import { DEFAULT_FLAGS, type Flags } from './flags';

/** A flag's name in configuration, its environment variable, and what it means. */
export interface FlagDefinition {
  readonly setting: string;
  readonly variable: string;
  readonly meaning: string;
}

/** Flags by their names in configuration. */
export const FLAG_DEFINITIONS: { readonly [flag in keyof Flags]: FlagDefinition } = {
  wal: {
    setting: 'wal.enabled',
    variable: 'ENABLE_WAL',
    meaning: 'whether branches may be served from the log (default: false)',
  },
  walBranches: {
    setting: 'wal.branches',
    variable: 'ENABLE_WAL_BRANCHES',
    meaning: 'whether new branches are made in the log (default: false)',
  },
  newBranchesOnly: {
    setting: 'wal.newBranchesOnly',
    variable: 'WAL_NEW_BRANCHES_ONLY',
    meaning: 'whether branches that exist are left where they are (default: true)',
  },
  cutOff: {
    setting: 'wal.cutOff',
    variable: 'WAL_CUTOFF_DATE',
    meaning: 'since when a branch counts as new (an ISO date or time)',
  },
  percentage: {
    setting: 'wal.percentage',
    variable: 'WAL_ROLLOUT_PERCENTAGE',
    meaning: 'how many of 100 new branches are made in the log (default: 100)',
  },
  shadowReads: {
    setting: 'wal.shadowReads',
    variable: 'WAL_SHADOW_READS',
    meaning: 'of 100 reads of branches that are being migrated, how many the log is asked too (default: 0)',
  },
};

/** A flag's value as it was written, and where. */
export interface WrittenFlag {
  readonly value: string;
  /** For people: `ENABLE_WAL`, a file's path. */
  readonly origin: string;
}

export type WrittenFlags = Partial<Record<keyof Flags, WrittenFlag>>;

/** Flags as they were written; those that were not have their defaults. @throws FlagValueError */
export function readFlags(written: Readonly<WrittenFlags>): Flags {
  const { wal, walBranches, newBranchesOnly, cutOff, percentage, shadowReads } = written;
  return {
    wal: wal === undefined ? DEFAULT_FLAGS.wal : booleanOf('wal', wal),
    walBranches:
      walBranches === undefined ? DEFAULT_FLAGS.walBranches : booleanOf('walBranches', walBranches),
    newBranchesOnly:
      newBranchesOnly === undefined
        ? DEFAULT_FLAGS.newBranchesOnly
        : booleanOf('newBranchesOnly', newBranchesOnly),
    cutOff: cutOff === undefined ? DEFAULT_FLAGS.cutOff : timeOf(cutOff),
    percentage: percentage === undefined ? DEFAULT_FLAGS.percentage : percentageOf('percentage', percentage),
    shadowReads:
      shadowReads === undefined ? DEFAULT_FLAGS.shadowReads : percentageOf('shadowReads', shadowReads),
  };
}

/** Flags by their environment variables; empty ones count as absent. @throws FlagValueError */
export function flagsOfEnvironment(env: Readonly<Record<string, string | undefined>>): Flags {
  const written: WrittenFlags = {};
  for (const [flag, { variable }] of Object.entries(FLAG_DEFINITIONS)) {
    const value = env[variable];
    if (value !== undefined && value !== '') written[flag as keyof Flags] = { value, origin: variable };
  }
  return readFlags(written);
}

function booleanOf(flag: 'wal' | 'walBranches' | 'newBranchesOnly', { value, origin }: WrittenFlag): boolean {
  if (/^(true|1|yes|on)$/i.test(value)) return true;
  if (/^(false|0|no|off)$/i.test(value)) return false;
  throw new FlagValueError(FLAG_DEFINITIONS[flag].setting, value, origin, 'true or false');
}

function timeOf({ value, origin }: WrittenFlag): number {
  const time = /^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new FlagValueError(FLAG_DEFINITIONS.cutOff.setting, value, origin, 'a date such as 2026-03-01');
  }
  return time;
}

function percentageOf(flag: 'percentage' | 'shadowReads', { value, origin }: WrittenFlag): number {
  const number = value.trim() === '' ? Number.NaN : Number(value.replace(/\s*%$/, ''));
  if (!(number >= 0 && number <= 100)) {
    throw new FlagValueError(FLAG_DEFINITIONS[flag].setting, value, origin, 'a number from 0 to 100');
  }
  return number;
}
