import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StoreNotFoundError } from '@argon/wal';
import type { CommandContext } from '../cli/context';
import type { CommandDefinition } from '../cli/definition';
import { UsageError } from '../errors/errors';
import { readAddress, STORE_FOLDER, type StoreAddress } from '../store/address';
import { openAt } from '../store/session';

export const init: CommandDefinition = {
  path: 'init',
  summary: 'make a store in this folder, or at --store',
  details:
    'The store is a folder, .argon, as Git has .git: remove it and everything is gone. With --store it can lie ' +
    'elsewhere, or in a MongoDB replica set. A store that is there already is left as it is.',
  arguments: [{ name: '[path]', description: 'the folder to make .argon in (default: this one)' }],
  examples: [
    ['argon init', 'make ./.argon'],
    ['argon init data', 'make data/.argon'],
    ['argon init --store mongodb://localhost/argon_wal', 'use a MongoDB replica set'],
  ],
  run: async (context) => {
    const address = placeFor(context);
    const created = await makeStore(context, address);
    const { location } = created;
    await context.output.result({ store: location, created: created.isNew }, () => [
      created.isNew ? `Store created: ${location}` : `There is a store already: ${location}`,
    ]);
  },
};

function placeFor({ terminal: { cwd, env }, given }: CommandContext): StoreAddress {
  const path = given.at(0);
  const option = given.text('store');
  if (path !== undefined && option !== undefined) throw new UsageError('Give a path or --store, not both.');
  if (option !== undefined) return readAddress(option, cwd, '--store');
  const word = env['ARGON_STORE'];
  if (path === undefined && word !== undefined && word !== '') return readAddress(word, cwd, 'ARGON_STORE');
  const folder = resolve(cwd, path ?? '.');
  return readAddress(folder.endsWith(STORE_FOLDER) ? folder : join(folder, STORE_FOLDER), cwd, 'folder');
}

async function makeStore(
  { terminal: { env } }: CommandContext,
  address: StoreAddress,
): Promise<{ location: string; isNew: boolean }> {
  let isNew = address.address === 'memory:';
  let store;
  try {
    store = await openAt(address, env, isNew);
  } catch (error) {
    if (!(error instanceof StoreNotFoundError)) throw error;
    store = await openAt(address, env, true);
    isNew = true;
  }
  const { location } = store;
  await store.close();
  if (isNew && address.folder?.endsWith(STORE_FOLDER) === true) await keepOutOfGit(address.folder);
  return { location, isNew };
}

/** A database is nothing to put under version control of another kind. */
async function keepOutOfGit(folder: string): Promise<void> {
  const file = join(folder, '.gitignore');
  if (!existsSync(file)) await writeFile(file, '*\n');
}
