import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { mayImport } from './layers.mjs';
import { runCheck } from './generated-file.mjs';
import { filesUnder, projects, shown } from './workspace.mjs';

/** @typedef {import('./workspace.mjs').Project} Project */

/**
 * What is wrong with a project's package.json and what must lie beside it.
 *
 * @param {Project} project
 * @returns {string[]}
 */
export function manifestProblems(project) {
  const { manifest, folder, kind } = project;
  const problems = [...everyProject(project), ...slowTests(project), ...layerProblems(project)];
  if (kind !== 'tools' && !manifest.private) problems.push(...publishable(project));
  return problems.map((problem) => `${shown(folder)}: ${problem}`);
}

/** @param {Project} project */
function* everyProject({ manifest }) {
  if (manifest.license !== 'Apache-2.0') yield 'license is not Apache-2.0.';
  if (manifest['type'] !== 'module') yield 'type is not module.';
  if (!manifest['description']) yield 'description is absent.';
}

/** @param {Project} project */
function* publishable({ manifest, folder, kind }) {
  const readme = join(folder, 'README.md');
  if (!existsSync(readme)) yield 'README.md is absent.';
  else if (!/```\w+\n/.test(readFileSync(readme, 'utf8'))) yield 'README.md has no example.';
  if (!manifest['files']?.includes('dist')) yield 'files does not name dist.';
  if (!manifest['engines']?.node) yield 'engines.node is absent.';
  if (manifest['publishConfig']?.access !== 'public') yield 'publishConfig.access is not public.';
  if (kind === 'packages') {
    if (manifest['sideEffects'] !== false) yield 'sideEffects is not false.';
    for (const script of ['build', 'test:types', 'test:lib', 'test:build']) {
      if (!manifest.scripts?.[script]) yield `scripts.${script} is absent.`;
    }
    for (const [entry, target] of Object.entries(manifest.exports ?? {})) {
      if (typeof target === 'string') continue;
      if (Object.keys(target).join() !== '@argon/source,types,default') {
        yield `exports["${entry}"] must have @argon/source, types and default, in that order.`;
      }
    }
  }
  for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
    if (/^@argon\/tools-/.test(name)) yield `${name} is for tests: move it to devDependencies.`;
    if (/^(file|link|workspace|git)/.test(range)) yield `${name}: '${range}' cannot be published.`;
  }
}

/** Slow tests run in a target of their own; a folder with some and no target would never run them. @param {Project} project */
function* slowTests({ manifest, folder }) {
  const some = filesUnder(join(folder, 'src')).some((file) => file.endsWith('.slow.test.ts'));
  const target = manifest.scripts?.['test:slow'] !== undefined;
  if (some && !target) yield 'has *.slow.test.ts but no script "test:slow": "vitest run --mode slow".';
  if (!some && target) yield 'has a script test:slow but no *.slow.test.ts.';
}

/** @param {Project} project */
function* layerProblems(project) {
  const allowed = mayImport(project);
  if (allowed === undefined) return;
  const { dependencies = {}, peerDependencies = {} } = project.manifest;
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    const id = /^@argon\/(.+)$/.exec(name)?.[1];
    if (id && !allowed.has(id))
      yield `depends on ${name}, which is not below it (tools/checks/src/layers.mjs).`;
  }
}

export function checkManifests() {
  return projects().flatMap(manifestProblems);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  runCheck(checkManifests, 'See CONTRIBUTING.md, "A new package".');
}
