import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** What every package's tests share: sources instead of builds, one worker per core, no hidden retries. */
export function sharedTests(overrides: ViteUserConfig['test'] = {}): ViteUserConfig {
  const conditions = ['@argon/source', 'module', 'node', 'development|production'];
  return defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: ['@argon/source', 'node'] } },
    test: {
      include: ['src/**/*.test.ts'],
      exclude: ['src/**/*.slow.test.ts'],
      passWithNoTests: false,
      testTimeout: 60_000,
      hookTimeout: 120_000,
      maxWorkers: 2,
      ...overrides,
    },
  });
}
