import { join } from 'node:path';
import { inCi } from '@argon/tools-cache';
import { fetched, npmPackage, pythonPackages } from './fetched';

const MONGOSH = npmPackage('mongosh', '2.12.0');
const PYMONGO = pythonPackages('pymongo-4.20.0-all', [
  'pymongo==4.20.0',
  'python-snappy==0.7.3',
  'backports.zstd==1.8.0',
]);

/** A program to start, with the arguments that come first and what its environment needs. */
export interface Client {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** MongoDB's shell. Undefined where it cannot be had; it says so, and in CI it throws. */
export function mongoshOrSkip(): Promise<Client | undefined> {
  return orSkip('mongosh', async () => ({
    command: process.execPath,
    args: [join(await fetched(MONGOSH), 'node_modules', 'mongosh', 'bin', 'mongosh.js')],
    env: {},
  }));
}

/** Python with pymongo and all of its compressors. Undefined where it cannot be had; it says so, and in CI it throws. */
export function pymongoOrSkip(): Promise<Client | undefined> {
  return orSkip('pymongo', async () => ({
    command: 'python3',
    args: [],
    env: { PYTHONPATH: await fetched(PYMONGO), PYTHONDONTWRITEBYTECODE: '1' },
  }));
}

async function orSkip(name: string, find: () => Promise<Client>): Promise<Client | undefined> {
  try {
    return await find();
  } catch (error) {
    if (inCi()) throw error;
    console.warn(`Tests with ${name} are skipped: it could not be fetched (${(error as Error).message}).`);
    return undefined;
  }
}
