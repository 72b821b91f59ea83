import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { GuideShell } from './shell';
import { errorCodesOf, expected, filesOf, programOf, readGuide, sectionsOf, stepsOf } from './text';

const PACKAGE = fileURLToPath(new URL('../../..', import.meta.url));

/** A section may copy, be killed and wait, ms. */
const TIMEOUT = 180_000;

/** What a program prints that is run as a file of this package would be. */
async function outputOf(code: string): Promise<string> {
  const words = ['--conditions=@argon/source', '--import', 'tsx', '--input-type=module', '--eval', code];
  const env = { ...process.env, NODE_OPTIONS: '' };
  return (await promisify(execFile)(process.execPath, words, { cwd: PACKAGE, env })).stdout.trim();
}

/** Tests that a guide of docs/ is true: what it types shows what it says, and its programs print it. */
export async function tryGuide(path: string): Promise<void> {
  const text = await readGuide(path);
  describe(`docs/${path}`, () => {
    const shell = new GuideShell(filesOf(text));
    afterAll(() => shell.remove());

    const codes = errorCodesOf(text);
    if (codes.length > 0) {
      it('names errors that docs/errors.md has', async () => {
        const known = errorCodesOf(await readGuide('errors.md'));
        expect(codes.filter((code) => !known.includes(code))).toEqual([]);
      });
    }

    for (const { title, text: section } of sectionsOf(text)) {
      const steps = stepsOf(section);
      if (steps.length > 0) it(title, { timeout: TIMEOUT }, () => shell.type(steps));
      const { code, output } = programOf(section);
      if (code === '') continue;
      it(`${title}: the program`, async () => {
        expect(output).not.toBe('');
        expect(await outputOf(code)).toMatch(expected(output));
      });
    }
  });
}
