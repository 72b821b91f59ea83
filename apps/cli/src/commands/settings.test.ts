import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, type Workspace } from '../testing/run';

let space: Workspace;
beforeEach(async () => {
  space = await makeWorkspace();
});
afterEach(() => space.remove());

const storeOf = async (options: { cwd?: string; env?: Record<string, string> } = {}, ...argv: string[]) =>
  (await space.ok(['status', '--json', ...argv], options)).json().store as {
    location: string;
    foundBy: string;
  };

describe('the store', () => {
  it('is found like a Git repository: --store, ARGON_STORE, then .argon upward', async () => {
    const deep = space.path('a/b/c');
    await mkdir(deep, { recursive: true });
    expect((await space.run(['status'], { cwd: deep })).code).toBe(3);
    await space.ok(['init']);
    await space.ok(['init', 'other']);
    await space.ok(['init', '--store', 'lmdb:plain']);
    expect(await storeOf({ cwd: deep })).toMatchObject({
      location: `lmdb:${space.path('.argon')}`,
      foundBy: 'folder',
    });
    const env = { ARGON_STORE: 'other/.argon' };
    expect(await storeOf({ env })).toMatchObject({
      location: `lmdb:${space.path('other/.argon')}`,
      foundBy: 'ARGON_STORE',
    });
    for (const word of ['lmdb:plain', './plain', 'plain']) {
      expect(await storeOf({ env }, '--store', word)).toMatchObject({
        location: `lmdb:${space.path('plain')}`,
        foundBy: '--store',
      });
    }
    expect(await storeOf({}, '-s', 'other')).toMatchObject({
      location: `lmdb:${space.path('other/.argon')}`,
    });
    expect(await storeOf({}, '-s', 'memory:')).toMatchObject({ location: 'memory:' });
  });

  it('is made once, and kept out of Git', async () => {
    expect((await space.ok(['init', '--json'])).json()).toMatchObject({ created: true });
    expect(await readFile(space.path('.argon/.gitignore'), 'utf8')).toBe('*\n');
    expect((await space.ok(['init', '--json'])).json()).toMatchObject({ created: false });
    expect((await space.run(['init', 'x', '--store', 'y'])).code).toBe(2);
  });

  it('can be named by a configuration file', async () => {
    await space.ok(['init', '--store', 'lmdb:data']);
    await mkdir(space.path('work'));
    await writeFile(space.path('.argonrc.yaml'), 'store: lmdb:data\n');
    expect(await storeOf({ cwd: space.path('work') })).toMatchObject({
      location: `lmdb:${space.path('data')}`,
      foundBy: 'configuration',
    });
  });
});

describe('settings', () => {
  beforeEach(async () => {
    await space.ok(['init']);
    await space.ok(['project', 'create', 'one']);
    await space.ok(['project', 'create', 'two']);
    await space.ok(['branch', 'create', 'b', '-p', 'two']);
  });

  it('a project and branch in use are what commands mean', async () => {
    expect((await space.ok(['use', 'two~b'])).stdout).toBe('In use: project two, branch b\n');
    expect(JSON.parse(await readFile(space.path('.argon/config.json'), 'utf8'))).toEqual({
      project: 'two',
      branch: 'b',
    });
    expect((await space.ok(['status', '--json'])).json()).toMatchObject({
      project: 'two',
      branch: { name: 'b' },
    });
    // Another project has no such branch; there main is meant.
    expect((await space.ok(['status', '-p', 'one', '--json'])).json()).toMatchObject({
      branch: { name: 'main' },
    });
    await space.ok(['branch', 'create', 'c']);
    expect((await space.ok(['branch', 'info', 'c', '--json'])).json().branch).toMatchObject({ parent: 'b' });
    expect((await space.ok(['branch', 'list'])).stdout).toMatch(/^\* +b /m);
    await space.ok(['branch', 'rename', 'b', 'd']);
    expect((await space.ok(['config', 'get', 'branch'])).stdout).toBe('d\n');
    await space.ok(['branch', 'delete', 'd', '--yes']);
    expect((await space.run(['config', 'get', 'branch'])).code).toBe(1);
    await space.ok(['project', 'delete', 'two', '-y']);
    expect((await space.ok(['status', '--json'])).json()).toMatchObject({ project: 'one' });
  });

  it('only what exists can be used', async () => {
    expect((await space.run(['use', 'tow'])).stderr).toContain("did you mean 'two'?");
    expect((await space.run(['use', 'one~b'])).code).toBe(3);
    await writeFile(space.path('.argon/config.json'), '{"project": "gone"}');
    const told = await space.run(['find', 'c']);
    expect(told.code).toBe(3);
    expect(told.stderr).toContain('it is the project in use');
    await writeFile(space.path('.argon/config.json'), '{"project": "two", "branch": "gone"}');
    expect((await space.run(['find', 'c'])).stderr).toContain('it is the branch in use');
  });

  it('are read, changed and listed', async () => {
    await space.ok(['config', 'set', 'user', 'ada']);
    expect((await space.ok(['config', 'get', 'user'])).stdout).toBe('ada\n');
    expect((await space.ok(['config', 'list', '--json'])).json()).toMatchObject({
      settings: { user: 'ada' },
    });
    await space.ok(['branch', 'create', 'x', '-p', 'one']);
    expect((await space.ok(['branch', 'info', 'x', '-p', 'one', '--json'])).json().branch.createdBy).toEqual({
      user: 'ada',
      app: 'argon-cli',
    });
    await space.ok(['config', 'set', 'user', '--unset']);
    expect(await space.ok(['config', 'get', 'user', '--json']).catch((e: Error) => e.message)).toContain('1');
    const unknown = await space.run(['config', 'set', 'usr', 'x']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("did you mean 'user'?");
    expect((await space.run(['config', 'set', 'user'])).code).toBe(2);
    expect((await space.run(['config', 'set', 'store', 'memory:'])).code).toBe(2);
  });

  it('of stores elsewhere are kept where one works', async () => {
    await mkdir(space.path('work'));
    const options = { cwd: space.path('work'), env: { ARGON_STORE: 'memory:' } };
    await space.ok(['config', 'set', 'user', 'ada'], options);
    await space.ok(['config', 'set', 'store', 'memory:'], options);
    const file = space.path('work/.argonrc.json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ user: 'ada', store: 'memory:' });
    expect(await storeOf({ cwd: space.path('work') })).toMatchObject({
      location: 'memory:',
      foundBy: 'configuration',
    });
  });

  it('a file that is damaged is named, and not overwritten', async () => {
    for (const content of ['{', '[]', '{"project": 1}']) {
      await writeFile(space.path('.argon/config.json'), content);
      const told = await space.run(['use', 'one']);
      expect(told.code).toBe(1);
      expect(told.stderr).toContain('.argon/config.json');
      expect(await readFile(space.path('.argon/config.json'), 'utf8')).toBe(content);
    }
  });

  it('fields of others in it are kept', async () => {
    await writeFile(space.path('.argon/config.json'), '{"theme": "dark"}');
    await space.ok(['use', 'one']);
    expect(JSON.parse(await readFile(space.path('.argon/config.json'), 'utf8'))).toMatchObject({
      theme: 'dark',
      project: 'one',
    });
  });
});
