import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { cacheFolders, writableCacheFolder } from './folders';
import { inCi } from './in-ci';

afterEach(() => vi.unstubAllEnvs());

it('is where ARGON_CACHE says, and is made', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'argon-cache-'));
  vi.stubEnv('ARGON_CACHE', join(folder, 'deep'));
  expect(await writableCacheFolder('things')).toBe(join(folder, 'deep', 'things'));
  await rm(folder, { recursive: true });
});

it("is the user's, else the workspace's", () => {
  vi.stubEnv('ARGON_CACHE', '');
  vi.stubEnv('XDG_CACHE_HOME', '/home/ann/.cache');
  const [user, workspace] = cacheFolders('things');
  expect(user).toBe('/home/ann/.cache/argon/things');
  expect(workspace).toMatch(/\.cache\/things$/);
});

it('says what was tried where nothing can be written', async () => {
  vi.stubEnv('ARGON_CACHE', '/dev/null');
  await expect(writableCacheFolder('things')).rejects.toThrow('tried /dev/null/things; set ARGON_CACHE');
});

it.each([
  ['true', true],
  ['1', true],
  ['', false],
  ['0', false],
  ['false', false],
])('CI=%j is %s', (value, isIt) => {
  vi.stubEnv('CI', value);
  expect(inCi()).toBe(isIt);
});
