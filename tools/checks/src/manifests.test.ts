import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manifestProblems } from './manifests.mjs';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'argon-manifest-'));
  await mkdir(join(folder, 'src'));
  await writeFile(join(folder, 'README.md'), '# wal\n\n```ts\nopenStore();\n```\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const good = {
  name: '@argon/wal',
  description: 'The log.',
  license: 'Apache-2.0',
  type: 'module',
  sideEffects: false,
  engines: { node: '>=20' },
  files: ['dist'],
  publishConfig: { access: 'public' },
  exports: {
    '.': { '@argon/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
  },
  scripts: { build: 'tsup', 'test:types': 'tsc', 'test:lib': 'vitest run', 'test:build': 'publint' },
  dependencies: { '@argon/bson': '0.1.0' },
};

function problems(change: object): string[] {
  return manifestProblems({
    name: good.name,
    id: 'wal',
    kind: 'packages',
    folder,
    manifest: { ...good, ...change },
  });
}

describe('manifests', () => {
  it('accepts a publishable package', () => {
    expect(problems({})).toEqual([]);
  });

  it.each([
    [{ license: 'MIT' }, /license/],
    [{ sideEffects: true }, /sideEffects/],
    [{ exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } } }, /exports\["\."\]/],
    [{ dependencies: { '@argon/engine': '0.1.0' } }, /depends on @argon\/engine, which is not below it/],
    [{ dependencies: { '@argon/tools-mongod': '0.0.0' } }, /is for tests/],
    [{ dependencies: { lmdb: 'file:../lmdb' } }, /cannot be published/],
    [{ scripts: { ...good.scripts, 'test:slow': 'vitest run --mode slow' } }, /no \*\.slow\.test\.ts/],
  ])('refuses %j', (change, message) => {
    expect(problems(change)).toContainEqual(expect.stringMatching(message));
  });

  it('refuses slow tests that no target would run, and a README without an example', async () => {
    await writeFile(join(folder, 'src', 'crash.slow.test.ts'), '');
    await writeFile(join(folder, 'README.md'), '# wal\n');
    expect(problems({})).toEqual([expect.stringMatching(/test:slow/), expect.stringMatching(/no example/)]);
  });
});
