import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writableCacheFolder } from '@argon/tools-cache';
import { CACHE, placeIn, starterIn } from './cache';

const run = promisify(execFile);

/** The server is in redis-tools, under several names; redis-server holds the right one. */
const SERVER = ['redis-server', 'redis-tools'];
/** What it is linked against, under the names of Debian's and Ubuntu's releases; those that are not there are left out. */
// prettier-ignore
const LIBRARIES = ['libatomic1', 'libhiredis0.14', 'libhiredis1.1.0', 'libjemalloc2', 'liblua5.1-0', 'liblzf1',
  'libssl3', 'libssl3t64', 'libsystemd0', 'lua-bitop', 'lua-cjson'];

/** The libraries lie where Debian puts them, below this folder. */
const START = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
for lib in "$here"/usr/lib/*-linux-*/ "$here"/lib/*-linux-*/; do
  [ -d "$lib" ] && LD_LIBRARY_PATH="$lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
done
export LD_LIBRARY_PATH
exec "$here/usr/bin/redis-server" "$@"
`;

/**
 * Fetches Debian's redis-server into the cache, without being root: apt's own client, which checks signatures, downloads
 * the packages, and dpkg unpacks them into a folder.
 *
 * Safe when several processes do so at once: each works in a folder of its own and renames it into place.
 *
 * @throws if there is no apt, no network or no such package
 */
export async function debianRedis(): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const cache = await writableCacheFolder(CACHE);
  const scratch = await mkdtemp(join(cache, 'fetch-'));
  try {
    await download(scratch);
    const unpacked = join(scratch, 'unpacked');
    for (const name of await readdir(scratch)) {
      if (name.endsWith('.deb')) await run('dpkg', ['-x', join(scratch, name), unpacked]);
    }
    await writeFile(starterIn(unpacked), START);
    await chmod(starterIn(unpacked), 0o755);
    const place = placeIn(cache);
    await rename(unpacked, place.folder).catch((error: NodeJS.ErrnoException) => {
      // Another process was faster, with the same.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    return place.starter;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** With the system's lists of packages; if it has none, with lists fetched for this once. */
async function download(folder: string): Promise<void> {
  try {
    await downloadWith(folder, []);
  } catch {
    const state = join(folder, 'apt');
    await mkdir(join(state, 'lists', 'partial'), { recursive: true });
    const own = ['-o', `Dir::State::lists=${join(state, 'lists')}`, '-o', `Dir::Cache=${state}`];
    await run('apt-get', [...own, '-q', 'update'], { timeout: 120_000 });
    await downloadWith(folder, own);
  }
}

async function downloadWith(folder: string, options: readonly string[]): Promise<void> {
  const get = (...names: string[]) =>
    run('apt-get', [...options, '-q', 'download', ...names], { cwd: folder, timeout: 120_000 });
  await get(...SERVER);
  for (const name of LIBRARIES) await get(name).catch(() => undefined);
}
