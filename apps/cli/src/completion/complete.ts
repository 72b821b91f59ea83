import {
  optionsOf,
  readCommandLine,
  splitOption,
  wordsBelow,
  type CommandLine,
  type KnownOption,
} from './command-line';
import { argumentKind, optionKind, type Kind } from './kinds';

/** What a word could become. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** Candidates; or the shell is to look for files. */
export type Completion = readonly Candidate[] | 'files';

/** Finds names of a kind, as the command line so far chooses store, project and branch. */
export type FindNames = (kind: Kind, line: CommandLine) => Promise<readonly Candidate[]>;

/**
 * What the last word could become.
 * @param words after `argon`, as far as they are typed; the last is the one to complete, and may be empty
 */
export async function complete(words: readonly string[], findNames: FindNames): Promise<Completion> {
  const before = words.slice(0, -1);
  // bash cuts --branch=main in three: what is being typed begins behind the =.
  const typed = words.at(-1) ?? '';
  const current = typed === '=' && readCommandLine(before).open !== undefined ? '' : typed;
  const line = readCommandLine(before);
  if (line.open !== undefined) return valuesOf(line.open, line, current, '', findNames);
  if (current.startsWith('-') && !line.onlyArguments) {
    const [name, value] = splitOption(current);
    const options = optionsOf(line.command);
    if (value === undefined) return starting(current, optionCandidates(options, line));
    const option = options.find(({ long, takesValue }) => long === name && takesValue);
    return option === undefined ? [] : valuesOf(option, line, value, `${name}=`, findNames);
  }
  if (line.command === undefined) {
    const below = wordsBelow(line.path).map(({ word, summary }) => ({ value: word, description: summary }));
    return starting(current, below);
  }
  const { path, argumentCount } = line;
  const argument = line.command.arguments?.[argumentCount];
  if (argument === undefined) return [];
  if (argument.choices !== undefined) return starting(current, argument.choices.map(plain));
  return named(argumentKind(path, argumentCount), line, current, '', findNames);
}

function optionCandidates(options: readonly KnownOption[], { used }: CommandLine): readonly Candidate[] {
  return options
    .filter(({ long }) => !used.has(long))
    .map(({ long, definition }) => ({ value: long, description: definition.description }));
}

async function valuesOf(
  option: KnownOption,
  line: CommandLine,
  current: string,
  prefix: string,
  findNames: FindNames,
): Promise<Completion> {
  const { choices } = option.definition;
  if (choices !== undefined) return prefixed(prefix, starting(current, choices.map(plain)));
  return named(optionKind(line.path, option.long), line, current, prefix, findNames);
}

async function named(
  kind: Kind,
  line: CommandLine,
  current: string,
  prefix: string,
  findNames: FindNames,
): Promise<Completion> {
  if (kind === 'files') return 'files';
  if (kind === 'free') return [];
  // Of a list the last name is being typed.
  const done = kind === 'collections' ? current.slice(0, current.lastIndexOf(',') + 1) : '';
  const found = await findNames(kind === 'collections' ? 'collection' : kind, line);
  return prefixed(`${prefix}${done}`, starting(current.slice(done.length), found));
}

function plain(value: string): Candidate {
  return { value, description: '' };
}

function prefixed(prefix: string, candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.map(({ value, description }) => ({ value: `${prefix}${value}`, description }));
}

function starting(current: string, candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.filter(({ value }) => value.startsWith(current));
}
