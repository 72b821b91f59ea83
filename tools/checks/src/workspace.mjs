import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The workspace's root folder. */
export const root = fileURLToPath(new URL('../../../', import.meta.url)).replace(/[\\/]$/, '');

/**
 * @typedef {object} Manifest a package.json, as far as the checks read it
 * @property {string} name
 * @property {boolean} [private]
 * @property {Record<string, any>} [exports]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [peerDependencies]
 *
 * @typedef {object} Project
 * @property {string} name such as `@argon/wal`
 * @property {string} kind the folder above: `packages`, `apps` or `tools`
 * @property {string} id the folder's own name, such as `wal`
 * @property {string} folder absolute
 * @property {Manifest & Record<string, any>} manifest
 */

/**
 * Every project of the workspace, ordered by path.
 * @param {string} [from] another root, for tests
 * @returns {Project[]}
 */
export function projects(from = root) {
  return ['packages', 'apps', 'tools'].flatMap((kind) =>
    existsSync(join(from, kind)) ? projectsIn(from, kind) : [],
  );
}

/**
 * @param {string} from
 * @param {string} kind
 * @returns {Project[]}
 */
function projectsIn(from, kind) {
  return readdirSync(join(from, kind), { withFileTypes: true })
    .filter((entry) => existsSync(join(from, kind, entry.name, 'package.json')))
    .map((entry) => {
      const folder = join(from, kind, entry.name);
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      return { name: manifest.name, kind, id: entry.name, folder, manifest };
    })
    .sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/**
 * The TypeScript sources of a project, sorted, without its tests.
 * @param {Project} project
 * @returns {string[]} absolute paths
 */
export function sourcesOf(project) {
  return filesUnder(join(project.folder, 'src')).filter((file) => file.endsWith('.ts') && !isTestFile(file));
}

/**
 * Every file below a folder, sorted; nothing if the folder is absent.
 * @param {string} folder
 * @returns {string[]} absolute paths
 */
export function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/**
 * Tests and what is shared by them: these may import test tools.
 * @param {string} file
 */
export function isTestFile(file) {
  return /\.(test|test-d|bench)\.[cm]?[jt]s$/.test(file) || /[\\/]testing[\\/]/.test(file);
}

/**
 * @param {string} file
 * @returns {string} relative to the root, with forward slashes
 */
export function shown(file) {
  return relative(root, file).replaceAll('\\', '/');
}
