import type { CommandContext } from '../cli/context';
import { NoStoreError } from '../errors/errors';
import { findStore } from '../store/find-store';
import { configFor } from './locate';
import type { ConfigFile } from './config-file';

/** The configuration that a command run here would use. Needs no store: settings may come first. */
export async function currentConfig({ terminal, given }: CommandContext): Promise<ConfigFile> {
  try {
    return await configFor(await findStore(terminal, given.text('store')), terminal.cwd);
  } catch (error) {
    if (!(error instanceof NoStoreError)) throw error;
    return configFor({ address: '', folder: undefined, from: 'configuration' }, terminal.cwd);
  }
}
