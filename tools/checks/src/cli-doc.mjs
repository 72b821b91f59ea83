import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compareOrWrite, runCheck } from './generated-file.mjs';
import { root } from './workspace.mjs';

/**
 * @typedef {object} CliArgument
 * @property {string} name `<name>` if it must be given, `[name]` if it may
 * @property {string} description
 *
 * @typedef {object} CliOption
 * @property {string} flags `-l, --limit <n>`
 * @property {string} description
 * @property {readonly string[]} [choices]
 *
 * @typedef {object} CliCommand what the reference says of a command, from its entry in the command line's table
 * @property {string} path words after `argon`
 * @property {readonly string[]} [aliases]
 * @property {string} summary
 * @property {string} [details]
 * @property {readonly CliArgument[]} [arguments]
 * @property {readonly CliOption[]} [options]
 * @property {readonly (readonly [command: string, does: string])[]} examples
 *
 * @typedef {object} CliTable
 * @property {readonly CliCommand[]} commands in the order in which help lists them
 * @property {Readonly<Record<string, {readonly aliases: readonly string[]}>>} groups words that have commands below them
 * @property {readonly CliOption[]} everywhere options that every command has
 */

const INTRODUCTION = `# The command line

What \`argon COMMAND --help\` says of each command. How a store, a project, a branch and a moment are found, what \`--json\`
prints of each command, and the exit codes: [apps/cli](../apps/cli/README.md).

<!-- Generated from the command table (apps/cli/src/commands) by tools/checks/src/cli-doc.mjs: npm run lint -- --fix -->
`;

/**
 * @param {CliTable} table
 * @returns {{markdown: string, problems: string[]}}
 */
export function describeCommands({ commands, groups, everywhere }) {
  const links = commands.map(({ path, summary }) => `- [${path}](#${anchor(path)}): ${prose(summary)}`);
  const parts = [
    INTRODUCTION,
    `## Commands\n\n${links.join('\n')}\n`,
    `## Options of every command\n\n${optionList(everywhere)}\n`,
    ...commands.map((command) => describeCommand(command, groups)),
  ];
  const problems = commands
    .filter(({ examples }) => examples.length === 0)
    .map(({ path }) => `argon ${path} has no example.`);
  return { markdown: parts.join('\n'), problems };
}

/**
 * @param {CliCommand} command
 * @param {CliTable['groups']} groups
 */
function describeCommand(command, groups) {
  const { path, summary, details, examples } = command;
  const parts = [`## argon ${path}`, `${sentence(summary)}`];
  if (details !== undefined) parts.push(prose(details));
  const words = (command.arguments ?? []).map(({ name }) => name);
  parts.push(codeBlock([['argon', path, ...words, '[options]'].join(' ')]));
  const others = otherNames(command, groups);
  if (others.length > 0) parts.push(`Also ${others.map((name) => `\`argon ${name}\``).join(', ')}.`);
  const takes = [argumentList(command.arguments ?? []), optionList(command.options ?? [])];
  const list = takes.filter((each) => each !== '').join('\n');
  if (list !== '') parts.push(list);
  if (examples.length > 0) parts.push(codeBlock(examples.flatMap(exampleLines)));
  return `${parts.join('\n\n')}\n`;
}

/** @param {readonly string[]} lines */
function codeBlock(lines) {
  return ['```sh', ...lines, '```'].join('\n');
}

/** @param {readonly [command: string, does: string]} example */
function exampleLines([command, does]) {
  return does === '' ? [command] : [`# ${does}`, command];
}

/** @param {readonly CliArgument[]} all */
function argumentList(all) {
  return all.map(({ name, description }) => `- \`${name}\`: ${prose(description)}`).join('\n');
}

/** @param {readonly CliOption[]} all */
function optionList(all) {
  return all
    .map(({ flags, description, choices }) => {
      const among = choices === undefined ? '' : ` (${choices.map((each) => `\`${each}\``).join(', ')})`;
      return `- \`${flags}\`: ${prose(description)}${among}`;
    })
    .join('\n');
}

/**
 * Every other way to write a command, by the aliases of the words of its path.
 *
 * @param {CliCommand} command
 * @param {CliTable['groups']} groups
 */
function otherNames({ path, aliases = [] }, groups) {
  const words = path.split(' ');
  let ways = [''];
  for (const [i, word] of words.entries()) {
    const isLast = i === words.length - 1;
    const more = isLast ? aliases : (groups[words.slice(0, i + 1).join(' ')]?.aliases ?? []);
    ways = [word, ...more].flatMap((name) => ways.map((way) => (way === '' ? name : `${way} ${name}`)));
  }
  return ways.filter((way) => way !== path);
}

/** The anchor that Markdown makes of a command's heading. @param {string} path */
function anchor(path) {
  return `argon-${path.replaceAll(' ', '-')}`;
}

/** @param {string} text */
function sentence(text) {
  return prose(`${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
}

/** Plain text that Markdown shows as it is. @param {string} text */
function prose(text) {
  return text.replaceAll(/[\\`*<>[\]]|\b_|_\b/g, String.raw`\$&`);
}

/**
 * The table of the command line itself; needs a loader of TypeScript, as lint.mjs gives it.
 *
 * @returns {Promise<CliTable>}
 */
async function cliTable() {
  const load = (/** @type {string} */ file) => import(pathToFileURL(join(root, 'apps/cli/src', file)).href);
  const [{ COMMANDS, GROUPS }, { GLOBAL_OPTIONS }] = await Promise.all([
    load('commands/table.ts'),
    load('cli/options.ts'),
  ]);
  return { commands: COMMANDS, groups: GROUPS, everywhere: GLOBAL_OPTIONS };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { markdown, problems } = describeCommands(await cliTable());
  runCheck(
    (update) => [...problems, ...compareOrWrite(join(root, 'docs', 'cli.md'), markdown, update)],
    'If the commands are as they should be: npm run lint -- --fix',
  );
}
