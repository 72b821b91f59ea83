import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Global setup that starts one mongod for all test files of a package: `globalSetup: [mongodSetup]`. */
export const mongodSetup = fileURLToPath(new URL('./tools/mongod/src/vitest.ts', import.meta.url));

/**
 * What every package's tests share: sources instead of builds, one worker per core, no hidden retries.
 * With `ARGON_SLOW=1` (the `test:slow` target) exactly the `*.slow.test.ts` run, else everything but them.
 */
export function sharedTests(overrides: ViteUserConfig['test'] = {}): ViteUserConfig {
  const slow = process.env['ARGON_SLOW'] === '1';
  const conditions = ['@argon/source', 'module', 'node', 'development|production'];
  return defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: ['@argon/source', 'node'] } },
    test: {
      include: [slow ? 'src/**/*.slow.test.ts' : 'src/**/*.test.ts'],
      exclude: slow ? [] : ['src/**/*.slow.test.ts'],
      passWithNoTests: slow,
      testTimeout: slow ? 600_000 : 60_000,
      hookTimeout: 120_000,
      maxWorkers: 2,
      ...overrides,
    },
  });
}
