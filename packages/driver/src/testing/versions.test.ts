import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const { devDependencies } = JSON.parse(readFileSync(here('../../package.json'), 'utf8')) as {
  devDependencies: Record<string, string>;
};
/** Every supported minor version, installed under its own name, and the one that everything else runs on. */
const aliases = Object.keys(devDependencies).filter((name) => /^mongodb(-7\.\d+)?$/.test(name));

describe('ArgonClient works with every supported version of mongodb', () => {
  it.each(aliases)('%s', async (alias) => {
    const { stdout } = await run(
      process.execPath,
      [
        '--conditions=@argon/source',
        '--import',
        pathToFileURL(here('./versions/register.mjs')).href,
        '--import',
        'tsx',
        here('./versions/exercise.ts'),
      ],
      { env: { ...process.env, ARGON_MONGODB_ALIAS: alias }, timeout: 50_000 },
    );
    const { version, seen } = JSON.parse(stdout) as { version: string; seen: unknown };
    expect(version).toMatch(
      alias === 'mongodb' ? /^7\./ : new RegExp(`^${alias.slice('mongodb-'.length)}\\.`),
    );
    expect(seen).toEqual({
      instances: [true, true, true],
      found: { _id: 1, n: 6 },
      grouped: [{ _id: null, n: 302 }],
      unacknowledged: false,
      bulk: 1,
      past: 1,
      refused: 11000,
      scanned: 301,
      monitored: true,
      appName: 'exercise',
    });
  });
});
