import { spawnSync } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPseudoTerminals, openProgram } from '../testing/pseudo-terminal';
import { argonCommand, makeWorkspace, type Workspace } from '../testing/run';
import { completionScript, SHELLS, type Shell } from './scripts';

const TAB = '\t';

const quoted = (word: string) => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** Where zsh and fish are not installed their tests are skipped, and said to be. */
function hasShell(shell: Shell): boolean {
  const has = spawnSync(shell, ['-c', 'exit 0']).status === 0;
  if (!has) console.warn(`No ${shell}: the tests of its completion are skipped.`);
  return has;
}

let space: Workspace;
let env: Record<string, string>;

beforeAll(async () => {
  space = await makeWorkspace();
  await space.ok(['init']);
  await space.ok(['project', 'create', 'shop']);
  await space.ok(['run', '{"insert": "users", "documents": [{"_id": 1}]}']);
  await space.ok(['run', '{"insert": "user logs", "documents": [{"_id": 1}]}']);
  await space.ok(['branch', 'create', 'feature-x']);
  await space.ok(['tag', 'first']);
  const program = space.path('argon');
  await writeFile(program, `#!/bin/sh\nexec ${argonCommand([]).map(quoted).join(' ')} "$@"\n`);
  await chmod(program, 0o755);
  await writeFile(space.path('import-me.json'), '[]');
  for (const shell of SHELLS) await writeFile(space.path(`argon.${shell}`), completionScript(shell));
  env = { PATH: `${space.folder}${delimiter}${process.env['PATH'] ?? ''}`, NODE_OPTIONS: '' };
});
afterAll(() => space?.remove());

/** What a shell without a terminal prints. */
function shellSays(shell: Shell, script: string): string[] {
  const options = { cwd: space.folder, env: { ...process.env, ...env }, encoding: 'utf8' } as const;
  const { stdout, stderr, status } = spawnSync(shell, ['-c', script], options);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout.split('\n').filter((line) => line !== '');
}

describe.skipIf(!hasShell('bash'))('in bash', () => {
  /** As readline calls it: the words as bash cuts them, and which of them the cursor is on. */
  const completions = (...words: string[]) =>
    shellSays(
      'bash',
      `source argon.bash; COMP_WORDS=(argon ${words.map(quoted).join(' ')}); COMP_CWORD=${words.length}; ` +
        `_argon; printf '%s\\n' "\${COMPREPLY[@]}"`,
    );

  it('completes commands, options, choices and names', () => {
    expect(completions('branch', 're')).toEqual(['rename', 'reset']);
    expect(completions('merge', '--st')).toEqual(['--strategy', '--store']);
    expect(completions('merge', 'x', '--strategy', '=', 'o')).toEqual(['ours']);
    expect(completions('branch', 'delete', '')).toEqual(['main', 'feature-x']);
    expect(completions('diff', 'fi')).toEqual(['first']);
    // What the shell would take for two words is quoted.
    expect(completions('find', 'user')).toEqual([String.raw`user\ logs`, 'users']);
    expect(completions('import', 'import-')).toEqual(['import-me.json']);
    expect(completions('find', '--limit', '')).toEqual([]);
  });

  it.skipIf(!hasPseudoTerminals())('does at Tab, on a terminal', async () => {
    const terminal = openProgram(['bash', '--noprofile', '--norc', '-i'], { cwd: space.folder, env });
    terminal.type('PS1="ready> "; source <(argon completion bash); echo so"urced"\r');
    await terminal.sees('sourced');
    terminal.type(`argon bran${TAB}inf${TAB}fea${TAB}--js${TAB}\r`);
    await terminal.sees('argon branch info feature-x --json');
    await terminal.sees('"name":"feature-x"');
    terminal.type('exit\r');
    expect(await terminal.done).toBe(0);
  });
});

describe.skipIf(!hasShell('fish'))('in fish', () => {
  const completions = (line: string) =>
    shellSays('fish', `source argon.fish; complete -C ${quoted(line)}`).map((each) => each.split('\t')[0]!);

  it('completes commands, options, choices and names', () => {
    expect(completions('argon branch re')).toEqual(['rename', 'reset']);
    expect(completions('argon merge --st').sort()).toEqual(['--store', '--strategy']);
    expect(completions('argon merge x --strategy=o')).toEqual(['--strategy=ours']);
    expect(completions('argon branch delete ').sort()).toEqual(['feature-x', 'main']);
    expect(completions('argon diff fi')).toEqual(['first']);
    expect(completions('argon find user')).toEqual(['user logs', 'users']);
    expect(completions('argon import import-')).toEqual(['import-me.json']);
    expect(completions('argon find --limit ')).toEqual([]);
  });
});

describe.skipIf(!hasShell('zsh') || !hasPseudoTerminals())('in zsh', () => {
  it('completes commands, options, choices and names at Tab', async () => {
    const terminal = openProgram(['zsh', '-f', '-i'], { cwd: space.folder, env });
    terminal.type(
      'PS1="ready> "; autoload -U compinit; compinit -D -u; source <(argon completion zsh); echo so"urced"\r',
    );
    await terminal.sees('sourced');
    // It draws the line anew as it grows, with backspaces between the words.
    const expands = async (typed: string, to: RegExp) => {
      terminal.type(`${typed}${TAB}`);
      await terminal.sees(to);
    };
    const clear = () => terminal.type('\u0015');
    await expands('argon bran', /branch/);
    await expands('inf', /branch\W+info/);
    await expands('fea', /branch\W+info\W+feature-x/);
    clear();
    await expands('argon merge fi', /merge\W+first/);
    await expands('--strategy o', /first\W+--strategy\W+ours/);
    clear();
    await expands('argon merge first --strategy=th', /--strategy=\W*theirs/);
    clear();
    await expands('argon import import-', /import\W+import-me\.json/);
    clear();
    await expands(String.raw`argon find user\ l`, /user\\ \W*logs/);
    clear();
    terminal.type('exit\r');
    await terminal.done;
  });
});
