import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS, GROUPS } from '../commands/table';
import { makeWorkspace, type Workspace } from '../testing/run';

let space: Workspace;
beforeAll(async () => {
  space = await makeWorkspace();
});
afterAll(() => space.remove());

describe('help', () => {
  it.each(COMMANDS.map(({ path }) => path))('of %s has examples and the global options', async (path) => {
    const { stdout, stderr } = await space.ok([...path.split(' '), '--help']);
    expect(stdout).toContain(`Usage: argon ${path.split(' ')[0]!}`);
    expect(stdout).toMatch(/Examples:\n.*argon /s);
    expect(stdout).toContain('--json');
    expect(stdout).toContain('--store');
    expect(stderr).toBe('');
    expect(stdout.split('\n').every((line) => line === line.trimEnd())).toBe(true);
  });

  it('of everything, and the version', async () => {
    const { stdout } = await space.ok(['--help']);
    const groups = Object.keys(GROUPS).filter((path) => !path.includes(' '));
    for (const name of [...groups, 'init', 'import', 'find', 'run'])
      expect(stdout).toMatch(new RegExp(`^ {2}${name}`, 'm'));
    expect((await space.ok(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await space.ok(['help', 'find'])).stdout).toContain('--filter');
  });
});

describe('mistakes on the command line', () => {
  it.each([
    [['brnch'], "Unknown command 'argon brnch'", "did you mean 'branch'?"],
    [['branch', 'craete'], "Unknown command 'argon branch craete'", "did you mean 'create'?"],
    [['reset', 'x'], "Unknown command 'argon reset'", "did you mean 'argon branch reset'?"],
    [
      ['find', 'c', '--filtre', '{}'],
      "Unknown option '--filtre' of 'argon find'",
      "did you mean '--filter'?",
    ],
    [['find', '--josn'], "Unknown option '--josn'", "did you mean '--json'?"],
    [['xyzzy'], "Unknown command 'argon xyzzy'", "'argon --help' lists the commands"],
    [
      ['branch', 'create'],
      "Missing required argument 'name'",
      "'argon branch create --help' shows how it is used",
    ],
    [['use', 'a', 'b'], 'Too many arguments', "'argon use --help'"],
    [['find', '--limit'], 'argument missing', "'argon find --help'"],
    [['export', 'c', '--format', 'xml'], 'Allowed choices are json, ndjson', "'argon export --help'"],
    [['branch'], "'argon branch' needs a command: create", ''],
    [['wal', 'pin'], "'argon wal pin' needs a command: create, list, delete", ''],
    [['wal', 'pin', 'craete'], "Unknown command 'argon wal pin craete'", "did you mean 'create'?"],
    [['pin', 'list'], "Unknown command 'argon pin'", "did you mean 'argon wal pin'?"],
  ])('%j', async (argv, message, hint) => {
    const told = await space.run(argv);
    expect(told.code).toBe(2);
    expect(told.stderr).toContain(message);
    expect(told.stderr).toContain(hint);
    expect(told.stdout).toBe('');
    const json = await space.run([...argv, '--json']);
    if (!argv.includes('--limit')) {
      expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'ARGON_CLI_USAGE' } });
    }
  });

  it.each([
    ['--limit', 'ten'],
    ['--skip', '-1'],
    ['--limit', '1.5'],
  ])('%s %s', async (option, value) => {
    const told = await space.run(['find', 'c', option, value, '--store', 'memory:']);
    expect(told.code).toBe(2);
    expect(told.stderr).toContain(`${option} takes a whole number`);
  });

  it('without any word it shows how to use it', async () => {
    const told = await space.run([]);
    expect(told.code).toBe(2);
    expect(told.stderr).toContain('Usage: argon');
  });
});

it('colours only where they are wanted', async () => {
  const red = '\u001b[31m';
  expect((await space.run(['xyzzy'])).stderr).not.toContain(red);
  expect((await space.run(['xyzzy'], { env: { FORCE_COLOR: '1' } })).stderr).toContain(red);
  expect((await space.run(['xyzzy'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stderr).not.toContain(
    red,
  );
  expect((await space.run(['xyzzy', '--no-color'], { env: { FORCE_COLOR: '1' } })).stderr).not.toContain(red);
});
