import { dirname, join } from 'node:path';
import type { Terminal } from '../cli/terminal';
import { findConfigFile } from '../config/config-file';
import { NoStoreError } from '../errors/errors';
import { isFolder, readAddress, STORE_FOLDER, type StoreAddress } from './address';

/**
 * The store that is meant, found as Git finds a repository: `--store`, then `ARGON_STORE`, then the nearest folder, from
 * the working folder upward, that has a `.argon` folder or a configuration file that names a store.
 * @throws NoStoreError
 */
export async function findStore(terminal: Terminal, option: string | undefined): Promise<StoreAddress> {
  const { cwd, env } = terminal;
  if (option !== undefined) return readAddress(option, cwd, '--store');
  const word = env['ARGON_STORE'];
  if (word !== undefined && word !== '') return readAddress(word, cwd, 'ARGON_STORE');
  for (let folder = cwd; ; folder = dirname(folder)) {
    const store = join(folder, STORE_FOLDER);
    if (isFolder(store)) return readAddress(store, folder, 'folder');
    const file = await findConfigFile(folder, folder);
    if (file?.settings.store !== undefined) return readAddress(file.settings.store, folder, 'configuration');
    if (dirname(folder) === folder) throw new NoStoreError(cwd);
  }
}
