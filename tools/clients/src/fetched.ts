import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolders, writableCacheFolder } from '@argon/tools-cache';

const run = promisify(execFile);
const CACHE = 'clients';
const PATIENCE = { timeout: 300_000, maxBuffer: 64 * 1024 * 1024 };

/** Packages of a registry, of exactly these versions. */
export interface Wanted {
  /** A folder's name in the cache: what it holds, with its version. */
  readonly name: string;
  /** Puts it into a folder that is there and empty. */
  readonly install: (folder: string) => Promise<void>;
}

/** `npm install` of one package and what it needs, without running any scripts of theirs. */
export function npmPackage(name: string, version: string): Wanted {
  return {
    name: `${name}-${version}`,
    install: async (folder) => {
      await writeFile(join(folder, 'package.json'), '{"private": true}\n');
      const given = [
        'install',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--omit=dev',
        `${name}@${version}`,
      ];
      await run('npm', given, { ...PATIENCE, cwd: folder });
    },
  };
}

/** `pip install` of packages with these versions, into a folder that PYTHONPATH may name. */
export function pythonPackages(name: string, requirements: readonly string[]): Wanted {
  return {
    name,
    install: async (folder) => {
      const given = [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--only-binary',
        ':all:',
        '--target',
        folder,
        ...requirements,
      ];
      await run('python3', given, PATIENCE);
    },
  };
}

/**
 * The folder that holds what is wanted: from the cache, or fetched into it. Safe when several processes do so at once: each works in
 * a folder of its own and renames it into place.
 * @throws if it cannot be fetched
 */
export async function fetched({ name, install }: Wanted): Promise<string> {
  for (const cache of cacheFolders(CACHE)) {
    const folder = join(cache, name);
    if (existsSync(folder)) return folder;
  }
  const cache = await writableCacheFolder(CACHE);
  const scratch = await mkdtemp(join(cache, 'fetch-'));
  try {
    const filled = join(scratch, 'filled');
    await mkdir(filled);
    await install(filled);
    const folder = join(cache, name);
    await rename(filled, folder).catch((error: NodeJS.ErrnoException) => {
      // Another process was faster, with the same.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    return folder;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
