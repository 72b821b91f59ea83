import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { makeWorkspace } from '../testing/run';

const GUIDES = ['merge-and-undo.md', 'time-travel.md', 'performance.md', 'operations.md'];

interface Step {
  readonly command: string;
  readonly output: string;
}

/** What is typed in a text's `console` blocks, and what it answers; `…` stands for anything. */
function stepsOf(section: string): readonly Step[] {
  const blocks = [...section.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block]) => block!);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((step) => {
        const [command, ...output] = step.split('\n');
        return { command: command!, output: output.join('\n').trim() };
      }),
  );
}

function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

/** A section's `ts` blocks as one program, and what it prints: the comments behind `console.log(…);`, in order. */
function programOf(section: string): { readonly code: string; readonly output: string } {
  const code = [...section.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block!).join('');
  const lines = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, line]) => line!);
  return { code, output: lines.join('\n') };
}

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

/** What a program prints that is run as a file of this package would be. */
async function outputOf(code: string): Promise<string> {
  const words = ['--conditions=@argon/source', '--import', 'tsx', '--input-type=module', '--eval', code];
  const env = { ...process.env, NODE_OPTIONS: '' };
  return (await promisify(execFile)(process.execPath, words, { cwd: PACKAGE, env })).stdout.trim();
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

const expected = (output: string) => new RegExp(`^${escaped(output).replaceAll('…', '[^]*')}$`);

describe.each(GUIDES)('docs/guides/%s', async (guide) => {
  const text = await readFile(
    fileURLToPath(new URL(`../../../../docs/guides/${guide}`, import.meta.url)),
    'utf8',
  );
  const sections = text.split(/^## /m).slice(1);
  const having = (block: string) =>
    sections
      .filter((section) => section.includes(`\`\`\`${block}\n`))
      .map((section) => [section.split('\n')[0]!, section] as const);

  it.each(having('console'))('%s', async (_, section) => {
    const space = await makeWorkspace();
    try {
      for (const { command, output } of stepsOf(section)) {
        const [program, ...argv] = wordsOf(command);
        expect(program).toBe('argon');
        const { stdout, stderr } = await space.run(argv);
        const told = `${stderr}${stdout}`.trim();
        expect(told, command).toMatch(expected(output));
      }
    } finally {
      await space.remove();
    }
  });

  it.each(having('ts'))('%s: the program', async (_, section) => {
    const { code, output } = programOf(section);
    expect(output).not.toBe('');
    expect(await outputOf(code)).toMatch(expected(output));
  });
});
