import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts' },
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  clean: true,
  // It is there as a source only, for what loads it before a test's settings hold.
  noExternal: ['@argon/tools-cache'],
});
