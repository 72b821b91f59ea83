import { CommanderError, type Command } from 'commander';
import { UsageError } from '../errors/errors';
import { didYouMean, withHint } from '../errors/hints';

/** What commander says of a command line, in our words; undefined if it is no error (help or the version was shown). */
export function usageError(
  error: CommanderError,
  program: Command,
  argv: readonly string[],
): UsageError | undefined {
  // `argon help find`: asked for, so no error.
  if (error.exitCode === 0) return undefined;
  const command = commandNamedIn(program, argv);
  const message = error.message.replace(/^error: /, '');
  switch (error.code) {
    case 'commander.help': {
      const path = pathOf(command);
      return new UsageError(
        `'${path}' needs a command: ${command.commands.map((each) => each.name()).join(', ')}.`,
      );
    }
    case 'commander.unknownCommand': {
      const typed = /'(.*)'/s.exec(message)?.[1] ?? '';
      const names = command.commands.flatMap((each) => [each.name(), ...each.aliases()]);
      return withHint(
        new UsageError(`Unknown command '${[pathOf(command), typed].join(' ')}'.`, { command: typed }),
        elsewhere(program, command, typed) ??
          didYouMean(typed, names) ??
          `'${pathOf(command)} --help' lists the commands`,
      );
    }
    case 'commander.unknownOption': {
      const typed = /'(.*)'/s.exec(message)?.[1] ?? '';
      const flags = [...command.options, ...program.options].flatMap(({ long }) => long ?? []);
      return withHint(
        new UsageError(`Unknown option '${typed}' of '${pathOf(command)}'.`, { option: typed }),
        didYouMean(typed.replace(/=.*/s, ''), [...flags, '--help']) ??
          `'${pathOf(command)} --help' lists the options`,
      );
    }
    default:
      return withHint(
        new UsageError(`${message[0]!.toUpperCase()}${message.slice(1).replace(/\.$/, '')}.`),
        `'${pathOf(command)} --help' shows how it is used`,
      );
  }
}

/** A hint for who left out the word before: `argon reset` for `argon branch reset`. */
function elsewhere(program: Command, command: Command, typed: string): string | undefined {
  if (command !== program) return undefined;
  const paths = program.commands
    .flatMap(({ commands }) => commands)
    .filter((each) => each.name() === typed)
    .map((each) => `'${pathOf(each)}'`);
  return paths.length === 0 ? undefined : `did you mean ${paths.join(' or ')}?`;
}

/** The deepest command that the words name. */
function commandNamedIn(program: Command, argv: readonly string[]): Command {
  let command = program;
  for (const word of argv) {
    const next = command.commands.find((each) => each.name() === word || each.aliases().includes(word));
    if (next !== undefined) command = next;
  }
  return command;
}

function pathOf(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name());
  return names.join(' ');
}
