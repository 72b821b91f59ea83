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
  const content = await loadConfig(path);
  const settings: Partial<Record<SettingName, string>> = {};
  for (const name of SETTING_NAMES) {
    const [section, field] = placeOf(name);
    const holder = section === undefined ? content : content[section];
    if (holder === undefined) continue;
    if (!isObject(holder)) throw new ConfigFileError(path, `has a '${section}' that is not an object`);
    const value = holder[field];
    if (value === undefined) continue;
    // A hand-written file says true and 10 where the command line says 'true' and '10'.
    if (section !== undefined && (typeof value === 'boolean' || typeof value === 'number')) {
      settings[name] = String(value);
      continue;
    }
    if (typeof value !== 'string') throw new ConfigFileError(path, `has a '${name}' that is not a text`);
    settings[name] = value;
  }
  return { path, settings, content };
}

function change(
  content: Record<string, unknown>,
  [section, field]: ReturnType<typeof placeOf>,
  value: string | undefined,
): void {
  const holder = section === undefined ? content : { ...(content[section] as object | undefined) };
  const fields = holder;
  if (value === undefined) delete fields[field];
  else fields[field] = value;
  if (section === undefined) return;
  if (Object.keys(fields).length > 0) content[section] = fields;
  else delete content[section];
}

/** Where a setting stands in a file: `legacy.uri` in section `legacy`. */
function placeOf(name: SettingName): readonly [section: string | undefined, field: string] {
  const dot = name.indexOf('.');
  return dot < 0 ? [undefined, name] : [name.slice(0, dot), name.slice(dot + 1)];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON or YAML file that holds an object. @throws ConfigFileError */
export async function loadConfig(path: string): Promise<Readonly<Record<string, unknown>>> {
  let config: unknown;
  try {
    config = (await explorer.load(path))?.config ?? {};
  } catch (error) {
    throw new ConfigFileError(path, `cannot be read (${(error as Error).message.split('\n')[0]!})`, error);
  }
  if (!isObject(config)) throw new ConfigFileError(path, 'is not an object');
  return config;
}

/** Sets what is given, takes away what is given as undefined, keeps the rest. @throws ConfigFileError */
export async function writeConfigFile(
  file: ConfigFile,
  changes: Readonly<Partial<Record<SettingName, string | undefined>>>,
): Promise<void> {
  if (!file.path.endsWith('.json'))
    throw new ConfigFileError(file.path, 'is not JSON and can only be edited by hand');
  const content: Record<string, unknown> = { ...file.content };
  for (const [name, value] of Object.entries(changes)) change(content, placeOf(name as SettingName), value);
  const temporary = `${file.path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, `${JSON.stringify(content, null, 2)}\n`);
    await rename(temporary, file.path);
  } catch (error) {
    throw new ConfigFileError(file.path, `cannot be written (${(error as Error).message})`, error);
  }
}
