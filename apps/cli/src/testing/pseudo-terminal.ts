import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { onTestFinished } from 'vitest';
import { argonCommand } from './run';

const SCRIPT = fileURLToPath(new URL('pseudo_terminal.py', import.meta.url));

/** Ctrl-C, as a keyboard sends it. */
export const CTRL_C = '\u0003';
/** Ctrl-D. */
export const CTRL_D = '\u0004';

/** The command line in a terminal of its own, and a person before it. */
export interface PseudoTerminal {
  /** Everything that was shown so far, with what controls the terminal. */
  readonly raw: string;
  /** The same as it reads. */
  readonly text: string;
  type(keys: string): void;
  /** Waits until the text has something. @throws Error with what is shown instead, when the program ends or time is up */
  sees(what: string | RegExp): Promise<void>;
  /** The exit code, once it has ended. */
  readonly done: Promise<number>;
}

export interface PseudoTerminalOptions {
  readonly cwd: string;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Whether this machine can. CI must: there a machine that cannot is a failure. */
export function hasPseudoTerminals(): boolean {
  const found = process.platform !== 'win32' && spawnSync('python3', ['-c', 'import pty']).status === 0;
  if (!found && process.env['CI'] !== undefined) {
    throw new Error('The tests in a pseudo-terminal need python3, and in CI nothing is skipped.');
  }
  if (!found) console.warn('No python3: the tests in a pseudo-terminal are skipped.');
  return found;
}

/** A command line of `argon` in a terminal. */
export function openTerminal(argv: readonly string[], options: PseudoTerminalOptions): PseudoTerminal {
  return openProgram(argonCommand(argv), options);
}

/** Any program in a terminal: its name and arguments. */
export function openProgram(command: readonly string[], options: PseudoTerminalOptions): PseudoTerminal {
  const { cwd, columns = 100, env } = options;
  const child = spawn('python3', [SCRIPT, String(columns), ...command], {
    cwd,
    env: { ...plainEnvironment(), TERM: 'xterm', PAGER: 'cat', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // The terminal goes with it, and so does what runs there.
  onTestFinished(() => void child.kill());
  let raw = '';
  let ended = false;
  const look = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    raw += chunk;
    for (const each of look) each();
  });
  child.stdin.on('error', () => {});
  const done = new Promise<number>((resolve) => {
    child.on('close', (code) => {
      ended = true;
      for (const each of look) each();
      resolve(code ?? -1);
    });
  });
  const text = () => stripVTControlCharacters(raw).replaceAll('\r\n', '\n');
  const has = (what: string | RegExp) =>
    typeof what === 'string' ? text().includes(what) : what.test(text());
  return {
    get raw() {
      return raw;
    },
    get text() {
      return text();
    },
    type: (keys) => void child.stdin.write(keys),
    sees: (what) =>
      new Promise<void>((resolve, reject) => {
        const settle = (how: () => void) => {
          clearTimeout(timer);
          look.delete(check);
          how();
        };
        const fail = (why: string) =>
          settle(() => reject(new Error(`${why} without ${String(what)}. Shown: ${text()}`)));
        const check = () => {
          if (has(what)) settle(resolve);
          else if (ended) fail('The program ended');
        };
        const timer = setTimeout(() => fail('A minute passed'), 60_000);
        look.add(check);
        check();
      }),
    done,
  };
}

/** Without what would say something about colours or about tests. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { NO_COLOR, FORCE_COLOR, CI, VITEST, ...rest } = process.env;
  return { ...rest, NODE_OPTIONS: '' };
}
