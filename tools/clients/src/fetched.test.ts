import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fetched } from './fetched';

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'argon-clients-'));
  vi.stubEnv('ARGON_CACHE', cache);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

it('is fetched once, and by several at once', async () => {
  const install = vi.fn((folder: string) => writeFile(join(folder, 'thing'), ''));
  const wanted = { name: 'thing-1', install };
  const folders = await Promise.all([fetched(wanted), fetched(wanted)]);
  expect(new Set(folders)).toEqual(new Set([join(cache, 'clients', 'thing-1')]));
  expect(await readdir(folders[0])).toEqual(['thing']);
  install.mockClear();
  await fetched(wanted);
  expect(install).not.toHaveBeenCalled();
});

it('leaves nothing behind when it fails', async () => {
  const install = () => Promise.reject(new Error('no network'));
  await expect(fetched({ name: 'thing-1', install })).rejects.toThrow('no network');
  expect(await readdir(join(cache, 'clients'))).toEqual([]);
});
