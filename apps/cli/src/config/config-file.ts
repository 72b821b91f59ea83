import { rename, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cosmiconfig } from 'cosmiconfig';
import { ConfigFileError } from './errors';
import { SETTING_NAMES, type SettingName, type Settings } from './settings';

/** Beside an embedded store's data. */
export const STORE_CONFIG = 'config.json';
/** In a working folder, for stores that are elsewhere. The first is the one that is written. */
export const FOLDER_CONFIGS = ['.argonrc.json', '.argonrc.yaml', '.argonrc.yml'] as const;

/** A configuration file and what it sets. Other fields in it are kept when it is written. */
export interface ConfigFile {
  readonly path: string;
  readonly settings: Settings;
  readonly content: Readonly<Record<string, unknown>>;
}

const explorer = cosmiconfig('argon', {
  searchPlaces: [...FOLDER_CONFIGS],
  searchStrategy: 'none',
  cache: false,
});

/** The nearest `.argonrc.json` (or `.yaml`) from `folder` upward to `top`. @throws ConfigFileError */
export async function findConfigFile(folder: string, top?: string): Promise<ConfigFile | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const found = FOLDER_CONFIGS.map((name) => join(at, name)).find((path) => existsSync(path));
    if (found !== undefined) return readConfigFile(found);
    if (at === top || dirname(at) === at) return undefined;
  }
}

/** What a file sets; nothing if it is not there. @throws ConfigFileError */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  if (!existsSync(path)) return { path, settings: {}, content: {} };
  const content = await load(path);
  const settings: Partial<Record<SettingName, string>> = {};
  for (const name of SETTING_NAMES) {
    const value = content[name];
    if (value === undefined) continue;
    if (typeof value !== 'string') throw new ConfigFileError(path, `has a '${name}' that is not a text`);
    settings[name] = value;
  }
  return { path, settings, content };
}

async function load(path: string): Promise<Readonly<Record<string, unknown>>> {
  let config: unknown;
  try {
    config = (await explorer.load(path))?.config ?? {};
  } catch (error) {
    throw new ConfigFileError(path, `cannot be read (${(error as Error).message.split('\n')[0]!})`, error);
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new ConfigFileError(path, 'is not an object');
  }
  return config as Readonly<Record<string, unknown>>;
}

/** Sets what is given, takes away what is given as undefined, keeps the rest. @throws ConfigFileError */
export async function writeConfigFile(
  file: ConfigFile,
  changes: Readonly<Partial<Record<SettingName, string | undefined>>>,
): Promise<void> {
  if (!file.path.endsWith('.json'))
    throw new ConfigFileError(file.path, 'is not JSON and can only be edited by hand');
  const content: Record<string, unknown> = { ...file.content, ...changes };
  for (const name of SETTING_NAMES) if (content[name] === undefined) delete content[name];
  const temporary = `${file.path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, `${JSON.stringify(content, null, 2)}\n`);
    await rename(temporary, file.path);
  } catch (error) {
    throw new ConfigFileError(file.path, `cannot be written (${(error as Error).message})`, error);
  }
}
