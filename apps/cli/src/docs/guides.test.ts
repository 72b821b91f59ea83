import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeWorkspace } from '../testing/run';

const GUIDES = ['merge-and-undo.md'];

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

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

describe.each(GUIDES)('docs/guides/%s', async (guide) => {
  const text = await readFile(
    fileURLToPath(new URL(`../../../../docs/guides/${guide}`, import.meta.url)),
    'utf8',
  );
  const sections = text
    .split(/^## /m)
    .slice(1)
    .filter((section) => section.includes('```console'));

  it.each(sections.map((section) => [section.split('\n')[0]!, section]))('%s', async (_, section) => {
    const space = await makeWorkspace();
    try {
      for (const { command, output } of stepsOf(section)) {
        const [program, ...argv] = wordsOf(command);
        expect(program).toBe('argon');
        const { stdout, stderr } = await space.run(argv);
        const told = `${stderr}${stdout}`.trim();
        expect(told, command).toMatch(new RegExp(`^${escaped(output).replaceAll('…', '[^]*')}$`));
      }
    } finally {
      await space.remove();
    }
  });
});
