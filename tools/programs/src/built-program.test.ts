import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { builtProgram } from './built-program';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(import.meta.dirname, 'program-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string, text: string): URL {
  const file = join(folder, name);
  writeFileSync(file, text);
  return pathToFileURL(file);
}

it('runs with what it imports, compiled, and what it loads late', () => {
  program('part.ts', `export const part: string = 'a part';`);
  const main = program(
    'main.ts',
    `import { part } from './part';
     const { late } = await import('./late');
     console.log(part, late satisfies number, process.argv[2]);`,
  );
  program('late.ts', `export const late: number = 7;`);
  const file = builtProgram(main);
  expect(execFileSync(process.execPath, [file, 'argument']).toString()).toBe('a part 7 argument\n');
  expect(builtProgram(main)).toBe(file);
});

it('says what does not compile', () => {
  expect(() => builtProgram(program('wrong.ts', `import { x } from './nowhere'; console.log(x);`))).toThrow(
    'nowhere',
  );
});
