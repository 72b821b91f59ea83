import type { ConfigFile } from './config-file';
import { SETTING_NAMES, SETTINGS, type SettingDefinition, type SettingName } from './settings';

/** A setting as it counts, and what says so. */
export interface EffectiveSetting {
  /** Undefined: nobody says anything, and there is no default. */
  readonly value: string | undefined;
  /** `environment ARGON_LEGACY`, `file …`, `default`; undefined if there is no value. */
  readonly origin: string | undefined;
}

/** All settings: the environment goes before the file, the file before defaults. Empty variables count as absent. */
export function effectiveSettings(
  { path, settings }: ConfigFile,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<SettingName, EffectiveSetting>> {
  const effective = SETTING_NAMES.map((name): [SettingName, EffectiveSetting] => {
    const { variable, byDefault }: SettingDefinition = SETTINGS[name];
    const word = variable === undefined ? undefined : env[variable];
    if (word !== undefined && word !== '') return [name, { value: word, origin: `environment ${variable}` }];
    const written = settings[name];
    if (written !== undefined) return [name, { value: written, origin: `file ${path}` }];
    return [name, { value: byDefault, origin: byDefault === undefined ? undefined : 'default' }];
  });
  return Object.fromEntries(effective) as Record<SettingName, EffectiveSetting>;
}
