import { join } from 'node:path';
import type { StoreAddress } from '../store/address';
import { findConfigFile, FOLDER_CONFIGS, readConfigFile, STORE_CONFIG, type ConfigFile } from './config-file';

/**
 * The configuration that goes with a store: `config.json` beside an embedded store's data; for stores elsewhere the
 * nearest `.argonrc.json` from the working folder upward, or one there, yet to be written.
 * @throws ConfigFileError
 */
export async function configFor(store: StoreAddress, cwd: string): Promise<ConfigFile> {
  if (store.folder !== undefined) return readConfigFile(join(store.folder, STORE_CONFIG));
  return (await findConfigFile(cwd)) ?? { path: join(cwd, FOLDER_CONFIGS[0]), settings: {}, content: {} };
}
