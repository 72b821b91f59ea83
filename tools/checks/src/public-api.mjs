import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { compareOrWrite, runCheck } from './generated-file.mjs';
import { projects, shown } from './workspace.mjs';

/** The committed list of a package's public names. A change in it is a change that users see. */
const SNAPSHOT = 'public-api.txt';

/**
 * The names that an entry point exports, sorted: `name` for a value, `type Name` for what exists only in types.
 * Reading the syntax is enough: entry points export by name and mark types, which lint and the compiler enforce.
 *
 * @param {string} text the entry point's source
 * @returns {string[]}
 */
export function exportedNames(text) {
  const source = ts.createSourceFile('index.ts', text, ts.ScriptTarget.Latest, true);
  /** @type {string[]} */
  const names = [];
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement)) {
      if (statement.exportClause === undefined) names.push('*');
      else if (ts.isNamespaceExport(statement.exportClause)) names.push(statement.exportClause.name.text);
      else {
        for (const { name, isTypeOnly } of statement.exportClause.elements) {
          names.push(`${statement.isTypeOnly || isTypeOnly ? 'type ' : ''}${name.text}`);
        }
      }
    } else if (ts.isExportAssignment(statement)) {
      names.push('default');
    } else if (ts.canHaveModifiers(statement) && isExported(statement)) {
      const type = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
      names.push(...declaredNames(statement).map((name) => (type ? `type ${name}` : name)));
    }
  }
  return names.sort((a, b) => (bare(a) < bare(b) ? -1 : 1));
}

/** @param {string} name */
const bare = (name) => name.replace(/^type /, '');

/** @param {ts.HasModifiers} node */
function isExported(node) {
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

/** @param {ts.Statement} statement */
function declaredNames(statement) {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const name = /** @type {ts.NamedDeclaration} */ (/** @type {unknown} */ (statement)).name;
  return name === undefined ? ['default'] : [name.getText()];
}

/**
 * What public-api.txt should hold: each entry point and, below it, its names.
 *
 * @param {import('./workspace.mjs').Project} project
 */
export function publicApi(project) {
  let text = '';
  for (const [entry, target] of Object.entries(project.manifest.exports ?? {})) {
    const source = target?.['@argon/source'];
    if (source === undefined) continue;
    const names = exportedNames(readFileSync(resolve(project.folder, source), 'utf8'));
    text += `${text && '\n'}${project.name}${entry.slice(1)}\n${names.map((name) => `  ${name}\n`).join('')}`;
  }
  return text;
}

/** @param {boolean} update */
export function checkPublicApi(update) {
  return projects()
    .filter(({ kind }) => kind === 'packages')
    .flatMap((project) => {
      try {
        return compareOrWrite(join(project.folder, SNAPSHOT), publicApi(project), update);
      } catch (error) {
        return [`${shown(project.folder)}: ${/** @type {Error} */ (error).message}`];
      }
    });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  runCheck(
    checkPublicApi,
    'If the change is meant: npm run lint -- --fix, and add a changeset (npx changeset).',
  );
}
