import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

export type ProgramName = 'chunk-worker' | 'contender' | 'crash-writer' | 'founder' | 'opener';

/** A program of this folder, compiled so that plain Node starts it in a tenth of a second. */
export interface Program {
  readonly path: string;
  remove(): Promise<void>;
}

/** Packages with native or large parts are not bundled, but found from here, as the program lies elsewhere. */
const NOT_BUNDLED = /^(lmdb|mongodb|snappy)$/;

/** Compiles a program into a temporary folder. */
export async function buildProgram(name: ProgramName): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), `argon-${name}-`));
  await build({
    entry: { [name]: fileURLToPath(new URL(`./${name}.ts`, import.meta.url)) },
    outDir: folder,
    outExtension: () => ({ js: '.mjs' }),
    format: 'esm',
    target: 'node20',
    config: false,
    silent: true,
    clean: false,
    noExternal: [/./],
    esbuildOptions: (options) => {
      options.conditions = ['@argon/source', 'module', 'node'];
    },
    esbuildPlugins: [
      {
        name: 'absolute-externals',
        setup: ({ onResolve }) => {
          onResolve({ filter: NOT_BUNDLED }, ({ path }) => ({
            path: import.meta.resolve(path),
            external: true,
          }));
        },
      },
    ],
  });
  return { path: join(folder, `${name}.mjs`), remove: () => rm(folder, { recursive: true }) };
}
