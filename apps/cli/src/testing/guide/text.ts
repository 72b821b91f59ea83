import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** What is typed, and what is to be seen then. */
export interface Step {
  readonly command: string;
  /** `…` stands for anything. */
  readonly output: string;
}

/** A part of a guide under a heading of the second level. */
export interface Section {
  readonly title: string;
  readonly text: string;
}

const DOCS = new URL('../../../../../docs/', import.meta.url);

/** @param path within docs/ */
export async function readGuide(path: string): Promise<string> {
  return readFile(fileURLToPath(new URL(path, DOCS)), 'utf8');
}

export function sectionsOf(guide: string): readonly Section[] {
  const sections = guide.split(/^## /m).slice(1);
  return sections.map((text) => ({ title: text.split('\n')[0]!, text }));
}

/** What is typed in a text's `console` blocks, and what it answers. */
export function stepsOf(text: string): readonly Step[] {
  const blocks = [...text.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block]) => block!);
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

/** Files that a text has: blocks such as "```yaml rollout.yaml". */
export function filesOf(text: string): readonly (readonly [name: string, content: string])[] {
  return [...text.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)].map(([, name, content]) => [name!, content!]);
}

/** The codes of errors that a text names; variables of the environment look like them. */
export function errorCodesOf(text: string): readonly string[] {
  return [
    ...new Set(
      text.match(/\bARGON_(?:BSON|WAL|MATERIALIZER|ENGINE|BRANCH|MIGRATE|DRIVER|SERVER|CLI)_[A-Z_]+/g),
    ),
  ];
}

/** A section's `ts` blocks as one program, and what it prints: the comments behind `console.log(…);`, in order. */
export function programOf(text: string): { readonly code: string; readonly output: string } {
  const code = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block!).join('');
  const lines = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, line]) => line!);
  return { code, output: lines.join('\n') };
}

/** A command line's words, as a shell takes them apart; quotes are single ones. */
export function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** What an output has to match. */
export function expected(output: string): RegExp {
  // How wide a column is depends on what stands in it, as sizes on disk do.
  const text = escaped(output).replaceAll(/(?<=\S) {2,}(?=\S)/g, ' {2,}');
  return new RegExp(`^${text.replaceAll('…', '[^]*')}$`);
}
