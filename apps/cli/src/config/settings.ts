import { UnknownSettingError } from './errors';
import { didYouMean, withHint } from '../errors/hints';

/** What can be set, each with what it means. */
export const SETTINGS = {
  project: 'the project in use',
  branch: 'the branch in use',
  user: 'who makes changes, as history records it (default: the login name)',
  store: 'the store, where no `.argon` folder says (only in .argonrc.json)',
} as const;

export type SettingName = keyof typeof SETTINGS;
export type Settings = { readonly [name in SettingName]?: string };

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** @throws UnknownSettingError */
export function settingName(name: string): SettingName {
  if (Object.hasOwn(SETTINGS, name)) return name as SettingName;
  throw withHint(new UnknownSettingError(name, SETTING_NAMES), didYouMean(name, SETTING_NAMES));
}
