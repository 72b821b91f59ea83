import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/** The options that a table of the guide lists, by the interface that its first column is headed with. */
async function tables(): Promise<readonly (readonly [string, readonly string[]])[]> {
  const text = await readFile(join(ROOT, 'docs/guides/performance.md'), 'utf8');
  return [...text.matchAll(/^\| `(\w+)` .*\n\|[ |-]+\n((?:\|.*\n)+)/gm)].map(([, name, rows]) => [
    name!,
    [...rows!.matchAll(/^\| `(\w+)`/gm)].map(([, option]) => option!),
  ]);
}

describe('docs/guides/performance.md', async () => {
  let sources = '';
  beforeAll(async () => {
    const packages = join(ROOT, 'packages');
    for (const each of await readdir(packages)) {
      const files = await readdir(join(packages, each, 'src'), { recursive: true });
      for (const file of files.filter((name) => name.endsWith('.ts') && !name.includes('test'))) {
        sources += await readFile(join(packages, each, 'src', file), 'utf8');
      }
    }
  });

  const listed = await tables();

  it('has tables of options', () => {
    expect(listed.map(([name]) => name)).toContain('MaterializerOptions');
  });

  it.each(listed)('%s has the options that the guide names', (name, options) => {
    const body = new RegExp(`^export interface ${name} [^{]*\\{\\n(.*?)^\\}`, 'ms').exec(sources)?.[1] ?? '';
    const declared = [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, option]) => option);
    expect(declared).toEqual(expect.arrayContaining([...options]));
    expect(options.length).toBeGreaterThan(0);
  });
});
