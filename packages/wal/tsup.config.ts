import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'store/memory/index': 'src/store/memory/index.ts',
    'store/lmdb/index': 'src/store/lmdb/index.ts',
    'store/mongodb/index': 'src/store/mongodb/index.ts',
    'store/folder/index': 'src/store/folder/index.ts',
    'testing/index': 'src/testing/index.ts',
  },
  format: 'esm',
  target: 'node20',
  dts: true,
  sourcemap: true,
  clean: true,
});
