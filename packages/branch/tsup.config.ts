import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts', 'prefix/index': 'src/prefix/index.ts' },
  format: 'esm',
  target: 'node20',
  dts: true,
  sourcemap: true,
  clean: true,
});
