import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'dual/index': 'src/dual/index.ts',
    'prefix/index': 'src/prefix/index.ts',
    'rollout/index': 'src/rollout/index.ts',
    'testing/index': 'src/testing/index.ts',
  },
  format: 'esm',
  target: 'node20',
  dts: true,
  sourcemap: true,
  clean: true,
});
