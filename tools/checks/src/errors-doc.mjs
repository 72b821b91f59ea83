import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { compareOrWrite, runCheck } from './generated-file.mjs';
import { projects, root, shown, sourcesOf } from './workspace.mjs';

/**
 * @typedef {object} ErrorClass
 * @property {string} name
 * @property {string} parent the class it extends
 * @property {string} project such as `@argon/wal`
 * @property {string} file
 * @property {string} text the doc comment
 * @property {string[]} codes the `ARGON_…` codes that its constructor or a `code` property names
 */

const INTRODUCTION = `# Errors

Every error that Argon throws is an \`ArgonError\`: \`code\` is stable and made for programs, \`message\` says what was
tried, what is wrong and what to do next, \`data\` holds the facts, \`cause\` the error beneath it. Errors that reach a
MongoDB client carry MongoDB's \`code\`, \`codeName\` and labels instead.

<!-- Generated from the doc comments of the error classes by tools/checks/src/errors-doc.mjs: npm run lint -- --fix -->
`;

/**
 * The classes of a source file that may be errors: each that extends something.
 *
 * @param {string} file
 * @param {string} project
 * @param {string} text
 * @returns {ErrorClass[]}
 */
export function classesIn(file, project, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  /** @type {ErrorClass[]} */
  const classes = [];
  source.forEachChild((node) => {
    if (!ts.isClassDeclaration(node) || node.name === undefined) return;
    const parent = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
      ?.types[0];
    if (parent === undefined) return;
    classes.push({
      name: node.name.text,
      parent: parent.expression.getText(),
      project,
      file,
      text: commentOf(node),
      codes: [...new Set(codesIn(node))],
    });
  });
  return classes;
}

/** The prose of a node's doc comment, without its tags. @param {ts.Node} node */
function commentOf(node) {
  const comment = ts.getJSDocCommentsAndTags(node).findLast(ts.isJSDoc)?.getText() ?? '';
  return comment
    .replace(/^\/\*\*|\*\/$/g, '')
    .replaceAll(/^[ \t]*\* ?/gm, '')
    .replace(/^\s*@[^]*/m, '')
    .replaceAll(/\{@link\s+([^}|\s]+)[^}]*\}/g, '`$1`')
    .trim();
}

/**
 * @param {ts.Node} node
 * @returns {string[]}
 */
function codesIn(node) {
  const own = ts.isStringLiteralLike(node) && /^ARGON_[A-Z0-9_]+$/.test(node.text) ? [node.text] : [];
  /** @type {string[]} */
  const below = [];
  node.forEachChild((child) => void below.push(...codesIn(child)));
  return [...own, ...below];
}

/**
 * The classes that extend ArgonError, directly or not.
 *
 * @param {readonly ErrorClass[]} classes
 */
export function argonErrors(classes) {
  const errors = new Set(['ArgonError']);
  for (let before = 0; before !== errors.size;) {
    before = errors.size;
    for (const { name, parent } of classes) if (errors.has(parent)) errors.add(name);
  }
  return classes.filter(({ parent }) => errors.has(parent));
}

/**
 * @param {readonly ErrorClass[]} errors
 * @returns {{markdown: string, problems: string[]}}
 */
export function describeErrors(errors) {
  /** @type {string[]} */
  const problems = [];
  const parents = new Set(errors.map(({ parent }) => parent));
  /** @type {Map<string, ErrorClass>} */
  const byCode = new Map();
  for (const error of errors) {
    const where = `${shown(error.file)}: ${error.name}`;
    if (error.text === '')
      problems.push(`${where} has no doc comment: say when it is thrown and what to do.`);
    // A base class may leave the code to those that extend it.
    if (error.codes.length === 0 && !parents.has(error.name) && error.parent === 'ArgonError') {
      problems.push(`${where} names no literal ARGON_<PACKAGE>_<WHAT> code.`);
    }
    for (const code of error.codes) {
      const other = byCode.get(code);
      if (other) problems.push(`${where} uses ${code}, which is ${other.name}'s: one class per failure.`);
      byCode.set(code, error);
    }
  }
  let markdown = INTRODUCTION;
  let project = '';
  const order = [...byCode].sort(([a, x], [b, y]) =>
    x.project === y.project ? (a < b ? -1 : 1) : x.project < y.project ? -1 : 1,
  );
  for (const [code, error] of order) {
    if (error.project !== project) markdown += `\n## ${error.project}\n`;
    project = error.project;
    markdown += `\n### ${code}\n\n\`${error.name}\`. ${error.text}\n`;
  }
  return { markdown, problems };
}

/** @param {boolean} update */
export function checkErrorsDoc(update) {
  const classes = projects()
    .filter(({ kind }) => kind !== 'tools')
    .flatMap((project) =>
      sourcesOf(project).flatMap((file) => classesIn(file, project.name, readFileSync(file, 'utf8'))),
    );
  const { markdown, problems } = describeErrors(argonErrors(classes));
  return [...problems, ...compareOrWrite(join(root, 'docs', 'errors.md'), markdown, update)];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  runCheck(checkErrorsDoc, 'Mend the comments, then: npm run lint -- --fix');
}
