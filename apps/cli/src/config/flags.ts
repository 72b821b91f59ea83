import { FLAG_DEFINITIONS, readFlags, type Flags, type WrittenFlags } from '@argon/branch';
import { UsageError } from '../errors/errors';
import type { EffectiveSetting } from './effective';
import type { SettingName } from './settings';

/** The flags that settings say. @throws FlagValueError */
export function flagsOf(settings: Readonly<Partial<Record<SettingName, EffectiveSetting>>>): Flags {
  const written: WrittenFlags = {};
  for (const [flag, { setting }] of Object.entries(FLAG_DEFINITIONS)) {
    const { value, origin = '' } = settings[setting as SettingName] ?? {};
    if (value !== undefined) written[flag as keyof Flags] = { value, origin };
  }
  return readFlags(written);
}

/** Before it is written. @throws FlagValueError, UsageError */
export function checkSetting(name: SettingName, value: string): void {
  flagsOf({ [name]: { value, origin: 'the command line' } });
  if (name === 'legacy.uri' && !/^mongodb(\+srv)?:\/\/[^/]+\/[^/?]+/.test(value)) {
    throw new UsageError("'legacy.uri' takes the address of a database: mongodb://host:27017/db.");
  }
}

/** A value for people to see: passwords are left out. */
export function shownSetting(name: SettingName, value: string): string {
  return name === 'legacy.uri' || name === 'store'
    ? value.replace(/(:\/\/[^:/@]*):[^@/]*@/, '$1:***@')
    : value;
}
