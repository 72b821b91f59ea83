import { FLAG_DEFINITIONS } from '@argon/branch';
import { UnknownSettingError } from './errors';
import { didYouMean, withHint } from '../errors/hints';

export interface SettingDefinition {
  readonly meaning: string;
  /** The environment variable that goes before the file. */
  readonly variable?: string;
  /** What it is when nobody says anything. */
  readonly byDefault?: string;
}

const { wal, walBranches, newBranchesOnly, cutOff, percentage, shadowReads } = FLAG_DEFINITIONS;

/** What can be set. A dot stands for a section of the file: `legacy.uri` is `{"legacy": {"uri": …}}`. */
export const SETTINGS = {
  project: { meaning: 'the project in use' },
  branch: { meaning: 'the branch in use' },
  user: { meaning: 'who makes changes, as history records it (default: the login name)' },
  store: {
    meaning: 'the store, where no `.argon` folder says (only in .argonrc.json)',
    variable: 'ARGON_STORE',
  },
  'legacy.uri': {
    meaning: 'a MongoDB database whose branches are prefixed collections (mongodb://…/db)',
    variable: 'ARGON_LEGACY',
  },
  'legacy.project': {
    meaning: 'the project whose branches lie there (default: as the database says)',
    variable: 'ARGON_LEGACY_PROJECT',
  },
  'wal.enabled': { ...wal, byDefault: 'false' },
  'wal.branches': { ...walBranches, byDefault: 'false' },
  'wal.newBranchesOnly': { ...newBranchesOnly, byDefault: 'true' },
  'wal.cutOff': cutOff,
  'wal.percentage': { ...percentage, byDefault: '100' },
  'wal.shadowReads': { ...shadowReads, byDefault: '0' },
  'rollout.phase': { meaning: 'the phase that the rollout is in (argon rollout)' },
  'rollout.since': { meaning: 'since when, as an ISO time' },
} as const satisfies Record<string, SettingDefinition>;

export type SettingName = keyof typeof SETTINGS;
export type Settings = { readonly [name in SettingName]?: string };

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** Settings as help names them. */
export const SETTING_HELP = `${SETTING_NAMES.slice(0, -1).join(', ')} or ${SETTING_NAMES.at(-1)!}`;

/** @throws UnknownSettingError */
export function settingName(name: string): SettingName {
  if (Object.hasOwn(SETTINGS, name)) return name as SettingName;
  throw withHint(new UnknownSettingError(name, SETTING_NAMES), didYouMean(name, SETTING_NAMES));
}
