import { Argument, Command, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { COMMANDS, GROUPS } from '../commands/table';
import { Arguments } from './arguments';
import type { ArgumentDefinition, CommandDefinition, OptionDefinition } from './definition';
import { GLOBAL_OPTIONS } from './options';

/** Called with the command that was typed. */
export type Dispatch = (definition: CommandDefinition, given: Arguments) => Promise<void>;

export interface ProgramOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly columns: number;
}

const EXAMPLES = [
  ['argon init', 'make a store in this folder'],
  ['argon project create shop', 'make a project and its branch main'],
  ['argon import orders.json', 'fill it'],
  ['argon branch create try-out', 'fork it, at once, whatever its size'],
  ['argon find orders --branch try-out --limit 3', 'read the branch'],
] as const;

/** The tree of commands, as commander has it. */
export function buildProgram(dispatch: Dispatch, output: ProgramOutput): Command {
  const program = new Command('argon');
  program
    .description('Git for MongoDB: branch, look back, undo.')
    .version(manifest.version, '-V, --version', 'the version')
    .helpOption('-h, --help', 'how to use a command')
    .helpCommand('help [command]', 'how to use a command')
    .configureHelp({ showGlobalOptions: true, minWidthToWrap: 12 })
    .configureOutput({
      writeOut: output.out,
      writeErr: output.err,
      getOutHelpWidth: () => output.columns,
      getErrHelpWidth: () => output.columns,
      // Errors are told by reportError, in one way for all.
      outputError: () => {},
    })
    .showSuggestionAfterError(false)
    .exitOverride();
  for (const option of GLOBAL_OPTIONS) program.addOption(toOption(option));
  program.addHelpText('after', exampleText(EXAMPLES));

  for (const definition of COMMANDS) {
    const words = definition.path.split(' ');
    let parent = program;
    for (let depth = 1; depth < words.length; depth++) parent = groupIn(parent, words.slice(0, depth));
    addCommand(parent, words.at(-1)!, definition, dispatch);
  }
  return program;
}

/** The command that others stand below, made with the first of them. */
function groupIn(parent: Command, path: readonly string[]): Command {
  const name = path.at(-1)!;
  const made = parent.commands.find((command) => command.name() === name);
  if (made !== undefined) return made;
  const { aliases, summary } = GROUPS[path.join(' ')]!;
  return parent
    .command(name)
    .aliases([...aliases])
    .summary(summary)
    .description(sentence(summary));
}

function addCommand(parent: Command, name: string, definition: CommandDefinition, dispatch: Dispatch): void {
  const { aliases = [], summary, details, examples } = definition;
  const command = parent
    .command(name)
    .aliases([...aliases])
    .summary(summary)
    .description(details === undefined ? sentence(summary) : `${sentence(summary)}\n\n${details}`)
    .allowExcessArguments(false);
  for (const argument of definition.arguments ?? []) command.addArgument(toArgument(argument));
  for (const option of definition.options ?? []) command.addOption(toOption(option));
  command.addHelpText('after', exampleText(examples));
  command.action(async () => {
    await dispatch(definition, new Arguments(command.args, command.optsWithGlobals()));
  });
}

function toArgument({ name, description, choices }: ArgumentDefinition): Argument {
  const argument = new Argument(name, description);
  return choices === undefined ? argument : argument.choices([...choices]);
}

function toOption({ flags, description, choices }: OptionDefinition): Option {
  const option = new Option(flags, description);
  return choices === undefined ? option : option.choices([...choices]);
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

function exampleText(examples: CommandDefinition['examples']): string {
  const width = Math.max(...examples.map(([command]) => command.length));
  const lines = examples.map(([command, does]) => {
    if (does === '') return `  ${command}`;
    // A long command has its explanation above it, so that both can be read.
    return width <= 48 ? `  ${command.padEnd(width)}   # ${does}` : `  # ${does}\n  ${command}`;
  });
  return `\nExamples:\n${lines.join('\n')}\n`;
}
