import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const built = new Map<string, string>();

/**
 * A program in TypeScript as a file that Node runs by itself: with the sources of all of Argon's packages that it uses,
 * as they are now, and libraries left where they are. A process of it starts with a sixth of the work that compiling on the way
 * takes, which tests that start hundreds of them are mostly made of. It lies in the program's package, among what npm
 * installed there, so that libraries are found as the program finds them.
 *
 * @throws Error for what does not compile
 */
export function builtProgram(program: URL): string {
  const source = fileURLToPath(program);
  const known = built.get(source);
  if (known !== undefined) return known;
  const home = packageOf(source);
  const { outputFiles } = buildSync({
    entryPoints: [source],
    outdir: '/',
    write: false,
    bundle: true,
    // What is loaded late stays so.
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@argon/source'],
    external: libraries(home),
    outExtension: { '.js': '.mjs' },
    logLevel: 'silent',
  });
  const hash = createHash('sha256');
  for (const { path, contents } of outputFiles) hash.update(path).update(contents);
  const folder = join(home, 'node_modules', '.cache', 'argon-programs', hash.digest('hex').slice(0, 24));
  if (!existsSync(folder)) place(folder, outputFiles);
  const file = join(folder, basename(source).replace(/\.ts$/, '.mjs'));
  built.set(source, file);
  return file;
}

/** At once, for other tests may build the same. */
function place(
  folder: string,
  files: readonly { readonly path: string; readonly contents: Uint8Array }[],
): void {
  const draft = `${folder}-${randomUUID()}`;
  mkdirSync(draft, { recursive: true });
  for (const { path, contents } of files) writeFileSync(join(draft, basename(path)), contents);
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}

/** The folder of the package that a file belongs to. */
function packageOf(file: string): string {
  let folder = dirname(file);
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** Everything that a package of the workspace depends on and that is not of the workspace. */
function libraries(home: string): string[] {
  const root = dirname(dirname(home));
  const names = new Set<string>();
  for (const kind of ['packages', 'apps', 'tools'])
    for (const name of readdirSync(join(root, kind))) {
      const manifest = join(root, kind, name, 'package.json');
      if (!existsSync(manifest)) continue;
      const { dependencies, devDependencies, peerDependencies, optionalDependencies } = JSON.parse(
        readFileSync(manifest, 'utf8'),
      ) as Record<string, Record<string, string> | undefined>;
      const all = { ...dependencies, ...devDependencies, ...peerDependencies, ...optionalDependencies };
      for (const each of Object.keys(all)) if (!each.startsWith('@argon/')) names.add(each);
    }
  return [...names].flatMap((name) => [name, `${name}/*`]);
}
