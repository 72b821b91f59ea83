import { CommanderError } from 'commander';
import { answerShell } from '../completion/answer';
import { COMPLETE } from '../completion/scripts';
import { cancelled } from '../errors/cancelled';
import { EXIT, exitCodeOf } from '../errors/exit-code';
import { reportError } from '../errors/report';
import { coloursFor } from '../render/colours';
import { Output } from '../render/output';
import type { Arguments } from './arguments';
import type { CommandDefinition } from './definition';
import { buildProgram } from './program';
import { write, type Terminal } from './terminal';
import { usageError } from './usage';

/**
 * Runs one command line, without the program's name, in this process. Never rejects, never exits.
 * @returns the exit code
 */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<number> {
  if (argv[0] === COMPLETE) {
    await answerShell(argv.slice(1), terminal);
    return EXIT.ok;
  }
  let code: number = EXIT.ok;
  const shown: { stream: 'stdout' | 'stderr'; text: string }[] = [];
  const dispatch = async (definition: CommandDefinition, given: Arguments) => {
    const output = new Output(terminal, given.flag('json'), wantsColour(argv));
    code = (await definition.run({ terminal, output, given })) ?? EXIT.ok;
  };
  const program = buildProgram(dispatch, {
    out: (text) => void shown.push({ stream: 'stdout', text }),
    err: (text) => void shown.push({ stream: 'stderr', text }),
    columns: Math.min(terminal.stdout.columns ?? 100, 110),
  });
  try {
    let failure: unknown;
    try {
      await program.parseAsync([...argv], { from: 'user' });
    } catch (error) {
      failure = error instanceof CommanderError ? usageError(error, program, argv) : error;
    }
    // A program that asked for JSON gets the error alone, without the help.
    const wanted = failure === undefined || !argv.includes('--json') ? shown : [];
    for (const { stream, text } of wanted) await write(terminal[stream], text);
    if (failure === undefined) return code;
    if (isBrokenPipe(failure)) return EXIT.ok;
    return await fail(terminal, failure, argv);
  } catch (error) {
    // Whoever read our output has gone (`argon find … | head`): that is not our failure, and nobody is left to tell.
    if (isBrokenPipe(error)) return EXIT.ok;
    throw error;
  }
}

async function fail(terminal: Terminal, error: unknown, argv: readonly string[]): Promise<number> {
  const told =
    terminal.signal.aborted && exitCodeOf(error) !== EXIT.cancelled ? cancelled(error, 'Stopped.') : error;
  await reportError(terminal, told, {
    json: argv.includes('--json'),
    colours: coloursFor(terminal.stderr, terminal.env, wantsColour(argv)),
  });
  return exitCodeOf(told);
}

function wantsColour(argv: readonly string[]): boolean {
  return !argv.includes('--no-color');
}

function isBrokenPipe(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}
