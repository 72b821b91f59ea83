import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCheck } from './generated-file.mjs';
import { filesUnder, projects, root, shown } from './workspace.mjs';

/**
 * The relative links of a Markdown text whose file is absent. Links to the web are not followed.
 *
 * @param {string} folder that the links are relative to
 * @param {string} text
 * @returns {string[]}
 */
export function deadLinks(folder, text) {
  const prose = text.replaceAll(/^```[^]*?^```|`[^`\n]*`/gm, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((link) => !/^([a-z]+:|#)/.test(link))
    .filter((link) => !existsSync(join(folder, decodeURI(link.replace(/#.*$/, '')))));
}

export function checkLinks() {
  const documents = [
    ...readdirSync(root).map((name) => join(root, name)),
    ...filesUnder(join(root, 'docs')),
    ...projects().map(({ folder }) => join(folder, 'README.md')),
  ];
  return documents
    .filter((file) => file.endsWith('.md') && existsSync(file))
    .flatMap((file) =>
      deadLinks(dirname(file), readFileSync(file, 'utf8')).map((link) => `${shown(file)}: no ${link}`),
    );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  runCheck(checkLinks, 'Mend the links.');
}
