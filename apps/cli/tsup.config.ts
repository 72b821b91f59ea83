import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { main: 'src/main.ts', demo: 'src/demo/main.ts' },
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  clean: true,
  // Dependencies, Argon's own packages among them, are installed beside the command; nothing of them is bundled.
  skipNodeModulesBundle: true,
});
