import { COMMANDS, GROUPS } from '../commands/table';
import type { CommandDefinition, OptionDefinition } from '../cli/definition';
import { GLOBAL_OPTIONS } from '../cli/options';

/** An option as it is completed. */
export interface KnownOption {
  readonly long: string;
  readonly short: string | undefined;
  readonly takesValue: boolean;
  readonly definition: OptionDefinition;
}

/** A command line up to the word that is being typed. */
export interface CommandLine {
  /** Words of the path so far, with aliases resolved: `branch`, `branch create`. */
  readonly path: string;
  /** Undefined while the path leads to several. */
  readonly command: CommandDefinition | undefined;
  /** How many arguments there are before the word. */
  readonly argumentCount: number;
  /** Values of options, by their long names. */
  readonly given: ReadonlyMap<string, string>;
  /** Long names of the options that were typed. */
  readonly used: ReadonlySet<string>;
  /** The option whose value is being typed. */
  readonly open: KnownOption | undefined;
  /** After `--`: only arguments come. */
  readonly onlyArguments: boolean;
}

/** Reads the words before the one that is being typed. Wrong ones are passed over: whoever types is not done yet. */
export function readCommandLine(words: readonly string[]): CommandLine {
  let path = '';
  let argumentCount = 0;
  let onlyArguments = false;
  let open: KnownOption | undefined;
  const given = new Map<string, string>();
  const used = new Set<string>();
  for (const word of words) {
    if (open !== undefined) {
      // bash makes a word of the = in --branch=main.
      if (word === '=') continue;
      given.set(open.long, word);
      open = undefined;
    } else if (word === '--') {
      onlyArguments = true;
    } else if (word.startsWith('-') && !onlyArguments) {
      const [name, value] = splitOption(word);
      const option = optionsOf(commandAt(path)).find(({ long, short }) => long === name || short === name);
      if (option === undefined) continue;
      used.add(option.long);
      if (value !== undefined) given.set(option.long, value);
      else if (option.takesValue) open = option;
    } else if (commandAt(path) === undefined) {
      path = nextPath(path, word);
    } else {
      argumentCount += 1;
    }
  }
  return { path, command: commandAt(path), argumentCount, given, used, open, onlyArguments };
}

/** `--branch=main` in its two parts. */
export function splitOption(word: string): readonly [name: string, value: string | undefined] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

/** The options that can stand after a command, the general ones last. */
export function optionsOf(command: CommandDefinition | undefined): readonly KnownOption[] {
  const help = { flags: '-h, --help', description: 'how to use a command' };
  return [...(command?.options ?? []), ...GLOBAL_OPTIONS, help].map((definition) => {
    const names = definition.flags.split(/[ ,]+/);
    return {
      long: names.find((name) => name.startsWith('--'))!,
      short: names.find((name) => /^-[^-]/.test(name)),
      takesValue: /[<[]/.test(definition.flags),
      definition,
    };
  });
}

/** The words that can come next in a path, with what they do. */
export function wordsBelow(path: string): readonly { readonly word: string; readonly summary: string }[] {
  const found = new Map<string, string>();
  const before = path === '' ? '' : `${path} `;
  for (const command of COMMANDS) {
    if (!command.path.startsWith(before)) continue;
    const [word, ...rest] = command.path.slice(before.length).split(' ');
    const summary = rest.length === 0 ? command.summary : GROUPS[`${before}${word!}`]!.summary;
    if (!found.has(word!)) found.set(word!, summary);
  }
  return [...found].map(([word, summary]) => ({ word, summary }));
}

function commandAt(path: string): CommandDefinition | undefined {
  return COMMANDS.find((command) => command.path === path);
}

/** The path with a word more; as it was if no command has it. */
function nextPath(path: string, word: string): string {
  const before = path === '' ? '' : `${path} `;
  for (const { word: name } of wordsBelow(path)) {
    const longer = `${before}${name}`;
    const aliases = commandAt(longer)?.aliases ?? GROUPS[longer]?.aliases ?? [];
    if (name === word || aliases.includes(word)) return longer;
  }
  return path;
}
