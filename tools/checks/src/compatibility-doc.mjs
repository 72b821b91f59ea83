import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compareOrWrite, runCheck } from './generated-file.mjs';
import { root } from './workspace.mjs';

/**
 * @typedef {object} Measured what a test found of one thing that mongod has
 * @property {'yes' | 'differs' | 'no'} verdict
 * @property {number} [code] the error's code, where Argon has it not
 * @property {string} [why]
 *
 * @typedef {Readonly<Record<string, Readonly<Record<string, Measured>>>>} MeasuredRecord by section and name
 */

const BEGIN = '<!-- Measured: begin. By tools/checks/src/compatibility-doc.mjs: npm run lint -- --fix -->';
const END = '<!-- Measured: end -->';
const COMMAND_NOT_FOUND = 59;

/** Sections of the record, and what they are called. */
const TITLES = new Map([
  ['commands', 'Commands'],
  ['options', 'Options of commands'],
  ['stages', 'Aggregation stages'],
  ['expressions', 'Expression operators'],
  ['accumulators', 'Accumulators of `$group`'],
  ['windows', 'Window functions'],
  ['queries', 'Query operators'],
  ['updates', 'Update operators'],
]);

const INTRODUCTION = `Each of these was asked of a mongod 6.0.5 and of Argon (\`packages/engine/src/differential/measured.slow.test.ts\`, which fails
when this is no longer true). yes: it gives what mongod gives; differs: it is there, and not the same on purpose; no: it is refused with
this error.`;

/**
 * @param {MeasuredRecord} record
 * @returns {string} Markdown as prettier writes it
 */
export function describeMeasured(record) {
  const parts = [INTRODUCTION];
  for (const [section, title] of TITLES) {
    const rows = Object.entries(record[section] ?? {});
    const unknown = rows.filter(([, { code }]) => code === COMMAND_NOT_FOUND);
    parts.push(`### ${title}`, table(rows.filter(([, { code }]) => code !== COMMAND_NOT_FOUND)));
    if (unknown.length > 0) {
      const names = unknown.map(([name]) => `\`${name}\``).join(', ');
      parts.push(`no, as a command that there is not (\`CommandNotFound\`, ${COMMAND_NOT_FOUND}): ${names}.`);
    }
  }
  return parts.join('\n\n');
}

/** @param {readonly (readonly [string, Measured])[]} rows */
function table(rows) {
  const cells = [
    ['what', 'supported', 'how'],
    ...rows.map(([name, { verdict, code, why = '' }]) => [
      `\`${name}\``,
      verdict,
      (code === undefined ? why : `${code}: ${why}`)
        .replaceAll('|', '\\|')
        .replaceAll(/(^|[^`])(\$\w+)/g, '$1`$2`'),
    ]),
  ];
  const widths = [0, 1, 2].map((at) => Math.max(3, ...cells.map((row) => [...(row[at] ?? '')].length)));
  const line = (/** @type {readonly string[]} */ row) =>
    `| ${widths.map((width, at) => (row[at] ?? '').padEnd(width)).join(' | ')} |`;
  const [head, ...body] = cells.map(line);
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n');
}

/** @param {boolean} update */
export function checkCompatibilityDoc(update) {
  const path = join(root, 'docs', 'compatibility.md');
  const page = readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) return [`docs/compatibility.md lacks the lines "${BEGIN}" and "${END}".`];
  const file = join(root, 'packages', 'engine', 'src', 'differential', 'measured.json');
  const measured = describeMeasured(JSON.parse(readFileSync(file, 'utf8')));
  const content = `${page.slice(0, begin + BEGIN.length)}\n\n${measured}\n\n${page.slice(end)}`;
  return compareOrWrite(path, content, update);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  runCheck(checkCompatibilityDoc, 'npm run lint -- --fix');
}
