import { BranchDirectory, LegacyDatabase } from '@argon/branch/prefix';
import { sharedMongod } from '@argon/tools-mongod';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainSite, prefixSite } from './site';

let database: LegacyDatabase;

beforeAll(async () => {
  const url = new URL((await sharedMongod()).uri);
  url.pathname = `/argon_sites_${process.pid}`;
  database = await LegacyDatabase.open(url.toString());
  await database.db.collection('branches').insertMany([{ name: 'a' }, { name: 'a_b' }]);
});
afterAll(async () => {
  await database?.db.dropDatabase();
  await database?.close();
});

it('a plain site has every collection but MongoDB’s own', () => {
  const site = plainSite(database);
  expect(site.stored('users')).toBe('users');
  expect(['users', 'a_users', 'system.views'].map((name) => site.shown(name))).toEqual([
    'users',
    'a_users',
    undefined,
  ]);
});

it('a prefixed site has what no longer prefix claims', async () => {
  const site = await prefixSite(new BranchDirectory(database, 'shop'), 'a');
  expect(site.stored('users')).toBe('a_users');
  expect(() => site.stored('b_users')).toThrow('a_b');
  expect(['a_users', 'a_b_users', 'users'].map((name) => site.shown(name))).toEqual([
    'users',
    undefined,
    undefined,
  ]);
  await expect(prefixSite(new BranchDirectory(database, 'shop'), 'c')).rejects.toThrow("'c'");
});
