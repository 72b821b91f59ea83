import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from './open';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'argon-open-'));
});

afterAll(() => rm(folder, { recursive: true }));

it.each([
  ['memory:', 'memory', 'memory:'],
  ['lmdb:{}/data', 'lmdb', 'lmdb:{}/data'],
  ['{}/.argon', 'lmdb', 'lmdb:{}/.argon'],
  ['{}/shop.argon/', 'lmdb', 'lmdb:{}/shop.argon/'],
])('opens %s', async (address, kind, location) => {
  const store = await openStore(address.replace('{}', folder));
  expect(store.kind).toBe(kind);
  expect(store.location).toBe(location.replace('{}', folder));
  await store.close();
});

it.each(['', 'lmdb:', 'redis://localhost', 'memory:x', './somewhere', 'shop', 'C:\\data'])(
  'does not know what %j is',
  async (address) => {
    await expect(openStore(address)).rejects.toMatchObject({ code: 'ARGON_WAL_UNKNOWN_STORE_ADDRESS' });
  },
);

it('makes no store when told not to', async () => {
  for (const address of [`lmdb:${folder}/no`, `${folder}/no/.argon`]) {
    await expect(openStore(address, { create: false })).rejects.toMatchObject({
      code: 'ARGON_WAL_STORE_NOT_FOUND',
    });
  }
});
