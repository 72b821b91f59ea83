import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig, type ViteUserConfigFnObject } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Global setup that starts one mongod for all test files of a package: `globalSetup: [mongodSetup]`. */
export const mongodSetup = fileURLToPath(new URL('./tools/mongod/src/vitest.ts', import.meta.url));

/**
 * What every package's tests share: sources instead of builds, one worker per core, no hidden retries.
 *
 * `vitest run` runs all but the slow tests; `vitest run --mode slow` (the `test:slow` target) exactly the
 * `*.slow.test.ts`. With `ARGON_REPORTS` set to a folder, the results are also written there as JSON.
 */
export function sharedTests(overrides: ViteUserConfig['test'] = {}): ViteUserConfigFnObject {
  const conditions = ['@argon/source', 'module', 'node', 'development|production'];
  // Nx asks what it runs for colours; what the tests start in turn should see a plain pipe.
  delete process.env['FORCE_COLOR'];
  return defineConfig(({ mode }) => {
    const slow = mode === 'slow';
    return {
      resolve: { conditions },
      ssr: { resolve: { conditions, externalConditions: ['@argon/source', 'node'] } },
      test: {
        include: [slow ? 'src/**/*.slow.test.ts' : 'src/**/*.test.ts'],
        exclude: slow ? [] : ['src/**/*.slow.test.ts'],
        passWithNoTests: false,
        testTimeout: slow ? 600_000 : 60_000,
        hookTimeout: 120_000,
        maxWorkers: 2,
        ...reporters(slow ? 'slow' : 'fast'),
        ...overrides,
      },
    };
  });
}

/** `reports/packages-wal.fast.json`, which `npm test` adds up. */
function reporters(kind: 'fast' | 'slow'): ViteUserConfig['test'] {
  const folder = process.env['ARGON_REPORTS'];
  if (!folder) return {};
  const project = relative(root, process.cwd()).replaceAll(/[\\/]/g, '-');
  return { reporters: ['default', ['json', { outputFile: `${folder}/${project}.${kind}.json` }]] };
}
