import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../commands/table';
import { makeWorkspace, type Workspace } from '../testing/run';
import { optionsOf } from './command-line';
import { KNOWN } from './kinds';

let space: Workspace;

beforeAll(async () => {
  space = await makeWorkspace();
  await space.ok(['init']);
  await space.ok(['project', 'create', 'shop']);
  await space.ok(['project', 'create', 'other']);
  await space.ok(['use', 'shop']);
  await space.ok(['run', '{"insert": "users", "documents": [{"_id": 1}]}']);
  await space.ok(['run', '{"insert": "user logs", "documents": [{"_id": 1}]}']);
  await space.ok(['run', '{"insert": "orders", "documents": [{"_id": 1}]}']);
  await space.ok(['tag', 'first']);
  await space.ok(['branch', 'create', 'feature-x']);
  await space.ok(['branch', 'create', 'feature-y']);
  await space.ok(['run', '{"insert": "extra", "documents": [{"_id": 1}]}', '-b', 'feature-x']);
  await space.ok(['wal', 'pin', 'create', 'kept']);
});
afterAll(() => space.remove());

/** What the last word could become; the shell's kind of line first. */
async function answers(...words: string[]): Promise<string[]> {
  const { stdout } = await space.ok(['__complete', ...words]);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t')[0]!);
}

const names = async (...words: string[]) => {
  const [kind, ...found] = await answers(...words);
  expect(kind).toBe('names');
  return found;
};

describe('argon __complete', () => {
  it('knows commands and their groups, and what they do', async () => {
    expect(await names('me')).toEqual(['merge']);
    expect(await names('')).toEqual(expect.arrayContaining(['init', 'branch', 'wal', 'completion']));
    expect(await names('')).not.toContain('__complete');
    expect(await names('branch', 're')).toEqual(['rename', 'reset']);
    expect(await names('wal', 'pin', '')).toEqual(['create', 'list', 'delete']);
    expect(await names('wal', 'pi')).toEqual(['pin']);
    expect(await names('branches', 'li')).toEqual(['list']);
    expect(await names('frobnicate')).toEqual([]);
    const { stdout } = await space.ok(['__complete', 'merg']);
    expect(stdout).toBe('names\nmerge\tbring what one branch changed into another\n');
  });

  it('knows options, but those that were given', async () => {
    expect(await names('cherry-pick', '--')).toEqual(
      expect.arrayContaining(['--project', '--into', '--yes']),
    );
    expect(await names('wal', 'snapshot', '--')).toEqual([
      ...['--project', '--branch'],
      ...['--store', '--json', '--no-color', '--help'],
    ]);
    expect(await names('merge', '--plan', '-y', '--p')).toEqual(['--project']);
    expect(await names('merge', '--y')).toEqual(['--yes']);
    expect(await names('--j')).toEqual(['--json']);
    expect(await names('find', '--', '--')).toEqual([]);
  });

  it('knows the choices of options and arguments', async () => {
    expect(await names('merge', 'x', '--strategy', '')).toEqual(['ours', 'theirs']);
    expect(await names('merge', 'x', '--strategy', 't')).toEqual(['theirs']);
    expect(await names('merge', 'x', '--strategy=t')).toEqual(['--strategy=theirs']);
    expect(await names('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  it('knows branches, tags, projects and collections of the store', async () => {
    expect(await names('branch', 'delete', '')).toEqual(['main', 'feature-x', 'feature-y']);
    expect(await names('branch', 'delete', 'f')).toEqual(['feature-x', 'feature-y']);
    expect(await names('branch', 'rename', 'main', '')).toEqual([]);
    expect(await names('merge', 'f')).toEqual(['feature-x', 'feature-y', 'first']);
    expect(await names('diff', 'main', 'fi')).toEqual(['first']);
    expect(await names('diff', 'main', 'x', '')).toEqual([]);
    expect(await names('restore', '--to-tag', '')).toEqual(['first', 'kept']);
    expect(await names('tag', 'f')).toEqual(['first']);
    expect(await names('find', 'user')).toEqual(['user logs', 'users']);
    expect(await names('use', 'shop~feature-')).toEqual(['shop~feature-x', 'shop~feature-y']);
    expect((await names('project', 'delete', '')).toSorted()).toEqual(['other', 'shop']);
    expect(await names('wal', 'pin', 'delete', '')).toEqual(expect.arrayContaining(['kept']));
    expect(await names('config', 'get', 'u')).toEqual(['user']);
    expect(await names('branch', 'create', 'x', '--from', 'm')).toEqual(['main']);
  });

  it('goes by the store, the project and the branch that the line names', async () => {
    expect(await names('find', '-b', 'feature-x', 'e')).toEqual(['extra']);
    expect(await names('find', '--branch=feature-x', '-c', 'e')).toEqual(['extra']);
    expect(await names('find', 'e')).toEqual([]);
    expect(await names('branch', 'info', '-p', 'other', '')).toEqual(['main']);
    expect(await names('find', '-p', 'nowhere', '')).toEqual([]);
    expect(await names('find', '-b', 'nowhere', '')).toEqual([]);
    expect(await names('--store', 'nowhere', 'branch', 'info', '')).toEqual([]);
    expect(await names('--store', space.path('.argon'), 'branch', 'info', 'm')).toEqual(['main']);
  });

  it('takes words as bash cuts them, and lists', async () => {
    expect(await names('find', '--branch', '=', 'feature-x')).toEqual(['feature-x']);
    expect(await names('find', '--branch', '=')).toEqual(['main', 'feature-x', 'feature-y']);
    expect(await names('find', '--branch=fe')).toEqual(['--branch=feature-x', '--branch=feature-y']);
    expect(await names('diff', 'main', '-c', 'orders,user')).toEqual(['orders,user logs', 'orders,users']);
  });

  it('leaves files to the shell, and the rest to the person', async () => {
    for (const words of [
      ['import', ''],
      ['--store', ''],
      ['export', 'c', '--out', 'x'],
      ['patch', 'apply', ''],
    ]) {
      expect(await answers(...words)).toEqual(['files']);
    }
    expect(await names('find', '--limit', '')).toEqual([]);
    expect(await names('history', '--id', '')).toEqual([]);
    expect(await names('init', 'x', '')).toEqual([]);
  });

  it('says nothing where there is no store', async () => {
    const empty = await makeWorkspace();
    const { code, stdout, stderr } = await empty.run(['__complete', 'find', '']);
    expect([code, stdout, stderr]).toEqual([0, 'names\n', '']);
    expect((await empty.run(['__complete'])).code).toBe(0);
    await empty.remove();
  });

  it('is asked about commands and options that there are', () => {
    const paths = COMMANDS.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining([...KNOWN.commands]));
    const longs = COMMANDS.flatMap((command) => optionsOf(command).map(({ long }) => [command.path, long]));
    expect(longs.map(([, long]) => long)).toEqual(expect.arrayContaining([...KNOWN.options]));
    expect(longs.map((each) => each.join(' '))).toEqual(expect.arrayContaining([...KNOWN.optionsOf]));
    for (const path of KNOWN.commands) {
      expect(COMMANDS.find((command) => command.path === path)!.arguments, path).toBeDefined();
    }
  });
});
